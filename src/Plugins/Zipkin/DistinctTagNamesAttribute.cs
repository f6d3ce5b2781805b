using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Plugins.Zipkin;

/// <summary>Tags of which no two have the same name.</summary>
public sealed class DistinctTagNamesAttribute : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new CustomRule(Judge, FieldType.Array)];

    private static string? Judge(JsonNode? tags)
    {
        var names = new HashSet<string?>(StringComparer.Ordinal);
        return (tags as JsonArray)?.Select(t => Json.String(t?["name"])).FirstOrDefault(n => !names.Add(n)) is { } again ? $"repeated tags are not allowed: {again}" : null;
    }
}
