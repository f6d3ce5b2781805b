using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.Entities.Tests;

/// <summary>Replays the bodies that a running Kong refused, JSON and forms, against the parser alone.</summary>
public sealed partial class RecordedViolationsTests
{
    // docs/decisions/0004-admin-api-differences.md: a null url is no url, plugins may have an order of their own.
    private static readonly string[] _decided = ["services-026", "plugins-037"];

    [SharedFact]
    public void Parser_RecordedRefusals_HaveKongsWordsAndShape()
    {
        var refused = RecordedRequest.All.Where(r => r.Status is 400 && r.Answer?["code"] is { } code && (int)code is 2 && !_decided.Contains(r.Id)).ToArray();
        refused.Length.ShouldBeGreaterThan(100);

        var differences = new List<string>();
        foreach (var request in refused)
        {
            var violations = SchemaParser.Parse(request.Schema, request.Resolved, new ParseOptions { Mode = ParseMode.Insert }).Violations;
            if (violations is null || !JsonNode.DeepEquals(Ordered(violations.Fields), Ordered(request.Answer!["fields"])) || Head(violations.Message) != Head((string)request.Answer["message"]!))
            {
                differences.Add($"{request.Id}: {request.Body.ToJsonString()}\n  recorded {request.Answer!.ToJsonString()}\n  ours     {violations?.Fields.ToJsonString()} {violations?.Message}");
            }
        }

        differences.ShouldBeEmpty();
    }

    /// <summary>The original lists field names in no order of its own.</summary>
    private static JsonNode? Ordered(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(p => KeyValuePair.Create(p.Key, Ordered(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Ordered)]),
        _ => Json.String(node) is { } text ? Ordered(text) : node?.DeepClone(),
    };

    private static string Ordered(string text) =>
        Quoted().Replace(text, list => string.Join(", ", list.Value.Split(", ").Order(StringComparer.Ordinal)));

    [GeneratedRegex("'[a-z_.]+'(?:, '[a-z_.]+')+")]
    private static partial Regex Quoted();

    private static string Head(string message) => Ordered(message.Split('{')[0]);
}
