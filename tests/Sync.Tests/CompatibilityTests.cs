using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Sync.Tests;

public class CompatibilityTests
{
    [SharedFact]
    public void Compatibility_EveryRecordedCase_HasItsStatusAndWords()
    {
        foreach (var line in Recording.Lines("compat-cases.jsonl"))
        {
            var result = line.GetProperty("kind").GetString() switch
            {
                "gateway" => Compatibility.CheckVersion(Recording.Text(line, "cp_version"), Recording.Text(line, "dp_version")),
                "plugin" => Plugin(line),
                "filters" => Compatibility.CheckFilters(Names(line, "cp_filters"), Names(line, "dp_filters")),
                _ => null,
            };
            if (result is not null)
            {
                result.Status.ToWire().ShouldBe(Recording.Text(line, "sync_status"), line.GetRawText());
                result.IsOk.ShouldBe(line.GetProperty("ok").GetBoolean(), line.GetRawText());
                result.Error.ShouldBe(line.TryGetProperty("error", out var error) ? error.GetString() : null);
            }
        }
    }

    private static CompatibilityResult Plugin(JsonElement line)
    {
        var name = Recording.Text(line, "plugin");
        var dataPlane = line.GetProperty("dp_plugin_version").GetString();
        return Compatibility.CheckPlugins(
            line.GetProperty("configured").GetBoolean() ? [name] : [],
            new Dictionary<string, string?> { [name] = line.GetProperty("cp_plugin_version").GetString() },
            dataPlane == "missing" ? new Dictionary<string, string?>() : new Dictionary<string, string?> { [name] = dataPlane });
    }

    private static IEnumerable<string> Names(JsonElement line, string name) =>
        line.GetProperty(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(f => f.GetString()!) : [];
}
