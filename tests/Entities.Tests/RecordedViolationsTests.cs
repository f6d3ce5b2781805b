using System.Text.Json.Nodes;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.Entities.Tests;

/// <summary>Replays the bodies that a running Kong refused, JSON and forms, against the parser alone.</summary>
public sealed class RecordedViolationsTests
{
    // docs/decisions/0004-admin-api-differences.md: a null url is no url.
    private static readonly string[] _decided = ["services-026"];

    [SharedFact]
    public void Parser_RecordedRefusals_HaveKongsWordsAndShape()
    {
        var refused = RecordedRequest.All.Where(r => r.Status is 400 && r.Answer?["code"] is { } code && (int)code is 2 && !_decided.Contains(r.Id)).ToArray();
        refused.Length.ShouldBeGreaterThan(100);

        var differences = new List<string>();
        foreach (var request in refused)
        {
            var violations = SchemaParser.Parse(request.Schema, request.Body, new ParseOptions { Mode = ParseMode.Insert }).Violations;
            if (violations is null || !JsonNode.DeepEquals(violations.Fields, request.Answer!["fields"]) || Head(violations.Message) != Head((string)request.Answer["message"]!))
            {
                differences.Add($"{request.Id}: {request.Body.ToJsonString()}\n  recorded {request.Answer!.ToJsonString()}\n  ours     {violations?.Fields.ToJsonString()} {violations?.Message}");
            }
        }

        differences.ShouldBeEmpty();
    }

    private static string Head(string message) => message.Split('{')[0];
}
