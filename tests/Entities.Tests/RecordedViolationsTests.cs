using System.Text.Json.Nodes;
using Gateway.Plugins;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.Entities.Tests;

/// <summary>Replays the bodies that a running Kong refused against the parser alone.</summary>
public sealed class RecordedViolationsTests
{
    [SharedFact]
    public void Parser_RecordedRefusals_HaveKongsWordsAndShape()
    {
        var folder = SharedFolder.PathOf("kong", "cases", "admin")!;
        var catalog = BundledPlugins.Catalog.Entities;
        var differences = new List<string>();
        var decided = new[] { "services-026" };
        var compared = 0;
        foreach (var line in Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadLines))
        {
            var recorded = JsonNode.Parse(line)!;
            if (Applicable(recorded, catalog) is not var (schema, body, answer))
            {
                continue;
            }

            if (decided.Contains((string)recorded["id"]!))
            {
                // docs/decisions/0004-admin-api-differences.md: a null url is no url.
                continue;
            }

            compared++;
            var violations = SchemaParser.Parse(schema, body, new ParseOptions { Mode = ParseMode.Insert }).Violations;
            if (violations is null || !JsonNode.DeepEquals(violations.Fields, answer["fields"]) || Head(violations.Message) != Head((string)answer["message"]!))
            {
                differences.Add($"{recorded["id"]}: {body.ToJsonString()}\n  recorded {answer["fields"]!.ToJsonString()} {answer["message"]}\n  ours     {violations?.Fields.ToJsonString()} {violations?.Message}");
            }
        }

        differences.ShouldBeEmpty();
        compared.ShouldBeGreaterThan(40);
    }

    private static (EntitySchema Schema, JsonObject Body, JsonNode Answer)? Applicable(JsonNode recorded, EntityCatalog catalog)
    {
        var request = recorded["request"]!;
        var path = ((string)request["path"]!).Trim('/');
        var json = request["headers"]!.AsArray().Any(h => (string)h![0]! is "Content-Type" && ((string)h[1]!).StartsWith("application/json", StringComparison.Ordinal));
        var answer = (int)recorded["response"]!["status"]! is 400 ? Parse((string)recorded["response"]!["body"]!) : null;
        return (string)request["method"]! is "POST" && json && catalog.Find(path) is { } schema && answer?["code"] is { } code && (int)code is 2
            && Parse((string)request["body"]!) is JsonObject body && Bundled(schema, body)
            ? (schema, body, answer)
            : null;
    }

    private static bool Bundled(EntitySchema schema, JsonObject body) => schema.Name is not "plugins" || BundledPlugins.Catalog.Find((string?)body["name"] ?? "key-auth") is not null;

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string Head(string message) => message.Split('{')[0];
}
