using Gateway.Entities;
using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>What is added to a request that lacks it.</summary>
public sealed record RequestAdditions
{
    /// <summary>Parameters of the body.</summary>
    [NamedValue] public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>Headers.</summary>
    [Match("^[^:]+:.*$"), HeaderOfPair] public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Parameters of the query.</summary>
    [NamedValue] public IReadOnlyList<string> Querystring { get; init; } = [];
}
