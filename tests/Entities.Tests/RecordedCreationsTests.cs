using System.Text.Json.Nodes;
using Gateway.Plugins;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.Entities.Tests;

/// <summary>Replays the bodies that a running Kong accepted, JSON and forms, against the parser alone.</summary>
public sealed class RecordedCreationsTests
{
    private static readonly string[] _automatic = ["id", "created_at", "updated_at", "ttl"];

    [SharedFact]
    public void Parser_RecordedCreations_BecomeTheRowsThatKongShowed()
    {
        var catalog = BundledPlugins.Catalog.Entities;
        var differences = new List<string>();
        var compared = 0;
        foreach (var line in Directory.GetFiles(SharedFolder.PathOf("kong", "cases", "admin")!, "*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadLines))
        {
            var recorded = JsonNode.Parse(line)!;
            var request = recorded["request"]!;
            if ((int)recorded["response"]!["status"]! is not 201 || (string)request["method"]! is not "POST"
                || catalog.Find(((string)request["path"]!).Trim('/')) is not { } schema || Body(schema, request) is not { } body || body["name"]?.ToString() is "acme")
            {
                continue;
            }

            if (schema.Name is "plugins" && BundledPlugins.Catalog.Find((string?)body["name"] ?? string.Empty) is null)
            {
                continue;
            }

            compared++;
            var shown = JsonNode.Parse((string)recorded["response"]!["body"]!)!.AsObject();
            var result = SchemaParser.Parse(schema, body, new ParseOptions { Mode = ParseMode.Insert });
            var ours = result.Value is null ? null : RowPresenter.Present(schema, result.Value);
            foreach (var row in new[] { shown, ours ?? [] })
            {
                foreach (var name in _automatic.Concat(schema.ForeignFields.Select(f => f.Name)).Append("cert_digest").Append("snis"))
                {
                    row.Remove(name);
                }
            }

            if (ours is null || !JsonNode.DeepEquals(ours, shown))
            {
                differences.Add($"{recorded["id"]}: {request["body"]}\n  recorded {shown.ToJsonString()}\n  ours     {ours?.ToJsonString() ?? result.Violations!.Message}");
            }
        }

        differences.ShouldBeEmpty();
        compared.ShouldBeGreaterThan(100);
    }

    private static JsonObject? Body(EntitySchema schema, JsonNode request)
    {
        var type = request["headers"]!.AsArray().Where(h => (string)h![0]! is "Content-Type").Select(h => (string)h![1]!).FirstOrDefault() ?? string.Empty;
        var body = (string?)request["body"] ?? string.Empty;
        return type.StartsWith("application/json", StringComparison.Ordinal) ? Json.TryParse(System.Text.Encoding.UTF8.GetBytes(body), out var node) ? node as JsonObject : null
            : type.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) ? FormDecoder.Decode(schema, FormDecoder.Split(body))
            : null;
    }
}
