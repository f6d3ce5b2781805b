using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Entities.Tests;

public sealed class PathRulesTests
{
    [SharedFact]
    public void Normalize_RecordedPaths_GivesTheOriginalsBytes()
    {
        var cases = File.ReadLines(SharedFolder.PathOf("kong", "cases", "uri-cases.jsonl")!).Select(l => JsonNode.Parse(l)!)
            .Where(c => (bool)c["merge_slashes"]! && ((string)c["input"]!).StartsWith('/')).ToArray();
        cases.Length.ShouldBeGreaterThan(50);
        var differences = cases.Select(c => (Input: (string)c["input"]!, Ours: Convert.ToHexStringLower(Encoding.UTF8.GetBytes(PathRules.Normalize((string)c["input"]!))), Theirs: Hex(c)))
            .Where(c => c.Ours != c.Theirs).Select(c => $"{c.Input}: {c.Ours}, the original's is {c.Theirs}");
        differences.ShouldBeEmpty();
    }

    private static string Hex(JsonNode recorded) =>
        (string?)recorded["normalized_hex"] ?? Convert.ToHexStringLower(Encoding.UTF8.GetBytes((string)recorded["normalized"]!));
}
