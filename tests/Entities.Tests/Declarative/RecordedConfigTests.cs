using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Entities.Declarative;
using Gateway.Plugins;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.Entities.Tests.Declarative;

/// <summary>Replays every document that a running Kong was given at <c>POST /config</c>, against the reader alone.</summary>
public sealed partial class RecordedConfigTests
{
    [SharedFact]
    public void Reader_RecordedDocuments_HaveKongsAnswers()
    {
        var differences = new List<string>();
        var count = 0;
        foreach (var recorded in File.ReadLines(SharedFolder.PathOf("kong", "cases", "dbless", "config.jsonl")!).Select(l => JsonNode.Parse(l)!))
        {
            if (AnswerTo(recorded["request"]!) is not { } answer)
            {
                continue;
            }

            count++;
            var expected = JsonNode.Parse((string)recorded["response"]!["body"]!);
            if (!JsonNode.DeepEquals(Comparable(answer), Comparable(expected)))
            {
                differences.Add($"{recorded["id"]}\n  recorded {Comparable(expected)!.ToJsonString()}\n  ours     {Comparable(answer)!.ToJsonString()}");
            }
        }

        differences.ShouldBeEmpty();
        count.ShouldBeGreaterThan(40);
    }

    /// <summary>Our answer to a recorded request, or null when it is none with a document.</summary>
    private static JsonObject? AnswerTo(JsonNode request)
    {
        var (path, body) = ((string)request["path"]!, (string?)request["body"] ?? string.Empty);
        var type = (string?)request["headers"]!.AsArray().FirstOrDefault(h => (string?)h![0] is "Content-Type")?[1];
        if ((string?)request["method"] is not "POST" || !path.StartsWith("/config", StringComparison.Ordinal) || body.Length is 0 || type is not ("application/json" or "text/yaml" or "application/yaml")
            || (type is "application/json" && !Json.TryParse(Encoding.UTF8.GetBytes(body), out _)))
        {
            return null;
        }

        var text = Json.TryParse(Encoding.UTF8.GetBytes(body), out var json) && (json as JsonObject)?["config"] is { } config ? (string)config! : body;
        if (DeclarativeText.Read(text, out var error) is not { } document)
        {
            return DeclarativeErrors.NotReadable(error!).ToAnswer();
        }

        var catalog = BundledPlugins.Catalog.Entities;
        var result = new DeclarativeReader(catalog, TimeProvider.System).Read(document);
        return result.Config?.ToAnswer() ?? (path.Contains("flatten_errors", StringComparison.Ordinal) ? result.Errors!.ToFlattenedAnswer(document, catalog) : result.Errors!.ToAnswer());
    }

    /// <summary>The answer without its times, and without what OpenSSL says.</summary>
    private static JsonNode? Comparable(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, p.Key is "created_at" or "updated_at" ? JsonValue.Create(Json.Number(p.Value) > 1e9) : Comparable(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Comparable)]),
        _ => Json.String(node) is { } text ? OpenSsl().Replace(text, "$1") : node is not null && !double.IsNaN(Json.Number(node)) ? Json.Number(node) : node?.DeepClone(),
    };

    [GeneratedRegex("(invalid (?:certificate|key): )[^\"]*")]
    private static partial Regex OpenSsl();
}
