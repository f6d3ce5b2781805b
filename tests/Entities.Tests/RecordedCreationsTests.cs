using System.Text.Json.Nodes;
using Gateway.Schema;
using Gateway.Testing;

namespace Gateway.Entities.Tests;

/// <summary>Replays the bodies that a running Kong accepted, JSON and forms, against the parser alone.</summary>
public sealed class RecordedCreationsTests
{
    private static readonly string[] _automatic = ["id", "created_at", "updated_at", "ttl", "cert_digest", "snis"];

    // Settings of plugins that came after the recorded version.
    private static readonly string[] _newer = ["allow_origin_absent", "wasm_metrics", "hash_subject", "store_metadata", "llm_format"];

    [SharedFact]
    public void Parser_RecordedCreations_BecomeTheRowsThatKongShowed()
    {
        var accepted = RecordedRequest.All.Where(r => r.Status is 201).ToArray();
        accepted.Length.ShouldBeGreaterThan(100);

        var differences = new List<string>();
        foreach (var request in accepted)
        {
            var shown = request.Answer!.AsObject();
            var result = SchemaParser.Parse(request.Schema, request.Resolved, new ParseOptions { Mode = ParseMode.Insert });
            var ours = result.Value is null ? null : RowPresenter.Present(request.Schema, result.Value);
            foreach (var row in new[] { shown, ours ?? [] })
            {
                foreach (var name in _automatic.Concat(request.Schema.ForeignFields.Select(f => f.Name)))
                {
                    row.Remove(name);
                }
            }

            foreach (var name in _newer.Where(n => shown["config"] is JsonObject recorded && !recorded.ContainsKey(n)))
            {
                (ours?["config"] as JsonObject)?.Remove(name);
            }

            if (shown["name"] is JsonValue plugin && Json.String(plugin) is "session" && request.Body["config"]?["secret"] is null)
            {
                // Nobody chose it, so each process has its own.
                (shown["config"] as JsonObject)?.Remove("secret");
                (ours?["config"] as JsonObject)?.Remove("secret");
            }

            if (ours is null || !JsonNode.DeepEquals(ours, shown))
            {
                differences.Add($"{request.Id}: {request.Body.ToJsonString()}\n  recorded {shown.ToJsonString()}\n  ours     {ours?.ToJsonString() ?? result.Violations!.Message}");
            }
        }

        differences.ShouldBeEmpty();
    }
}
