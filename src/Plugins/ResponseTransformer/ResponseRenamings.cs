using Gateway.Entities;
using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.ResponseTransformer;

/// <summary>What gets another name in an answer.</summary>
public sealed record ResponseRenamings
{
    /// <summary>Members of a JSON body.</summary>
    [Match("^[^:]+:.*$")] public IReadOnlyList<string> Json { get; init; } = [];

    /// <summary>Headers.</summary>
    [Match("^[^:]+:.*$"), HeaderPair] public IReadOnlyList<string> Headers { get; init; } = [];
}
