using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>What is taken out of a request.</summary>
public sealed record RequestRemovals
{
    /// <summary>Parameters of the body.</summary>
    public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>Headers.</summary>
    [HeaderOfPair] public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Parameters of the query.</summary>
    public IReadOnlyList<string> Querystring { get; init; } = [];
}
