using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Kong.Settings;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Settings;

public sealed class ShownSettingsTests
{
    [SharedFact]
    public void Configuration_ComparedWithARecordedOne_HasItsNamesAndKinds()
    {
        var line = File.ReadLines(SharedFolder.PathOf("kong", "cases", "admin", "info.jsonl")!).First();
        var recorded = JsonNode.Parse((string)JsonNode.Parse(line)!["response"]!["body"]!)!["configuration"]!.AsObject();

        var shown = Shown(new() { ["KONG_DNS_RESOLVER"] = "127.0.0.1:15353", ["KONG_ADMIN_GUI_LISTEN"] = "off" });

        recorded.Where(r => !shown.ContainsKey(r.Key)).Select(r => r.Key).ShouldBeEmpty();
        recorded.Where(r => r.Value is not null && shown[r.Key] is { } value && Kind(r.Value) != Kind(value))
            .Select(r => $"{r.Key}: {r.Value} is now {shown[r.Key]}").ShouldBeEmpty();
    }

    [Fact]
    public void Listeners_WithFlags_AreShownFlagByFlag()
    {
        var shown = Shown(new() { ["KONG_ADMIN_LISTEN"] = "127.0.0.1:1 reuseport backlog=16384, [::1]:2 http2 ssl" })["admin_listeners"]!.AsArray();

        shown[0]!["backlog=16384"]!.GetValue<bool>().ShouldBeTrue();
        shown[0]!["ssl"]!.GetValue<bool>().ShouldBeFalse();
        ((string?)shown[1]!["ip"], (int)shown[1]!["port"]!, (string?)shown[1]!["listener"]).ShouldBe(("[::1]", 2, "[::1]:2 ssl"));
        shown[1]!["backlog=%d+"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public void Secrets_Given_AreNotShown()
    {
        var shown = Shown(new() { ["KONG_PG_PASSWORD"] = "correct horse" }).ToJsonString();
        shown.ShouldNotContain("correct horse");
        shown.ShouldContain("\"pg_password\":\"******\"");
    }

    private static JsonObject Shown(Dictionary<string, string> environment)
    {
        var read = SettingsReader.Read(new SettingsSources(new Dictionary<string, string> { ["prefix"] = "/tmp/none" }, environment, null));
        read.Errors.ShouldBeEmpty();
        return read.Settings!.ToShownJson();
    }

    private static string Kind(JsonNode value) => value switch
    {
        JsonArray { Count: 0 } or JsonObject { Count: 0 } => "empty",
        JsonArray => "list",
        JsonObject => "object",
        _ => value.GetValueKind() switch { JsonValueKind.True or JsonValueKind.False => "boolean", var kind => kind.ToString() },
    };
}
