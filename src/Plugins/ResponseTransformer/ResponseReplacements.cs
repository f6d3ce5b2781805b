using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.ResponseTransformer;

/// <summary>What gets another value in an answer.</summary>
public sealed record ResponseReplacements
{
    /// <summary>Members of a JSON body.</summary>
    [Match("^[^:]+:.*$")] public IReadOnlyList<string> Json { get; init; } = [];

    /// <summary>The types of the values of the members, in their order.</summary>
    [OneOf("boolean", "number", "string")] public IReadOnlyList<string> JsonTypes { get; init; } = [];

    /// <summary>Headers.</summary>
    [Match("^[^:]+:.*$")] public IReadOnlyList<string> Headers { get; init; } = [];
}
