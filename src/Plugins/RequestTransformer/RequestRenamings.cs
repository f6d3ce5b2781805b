using Gateway.Entities;
using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>What gets another name in a request.</summary>
public sealed record RequestRenamings
{
    /// <summary>Parameters of the body.</summary>
    [NamedValue] public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>Headers.</summary>
    [Match("^[^:]+:.*$"), HeaderPair] public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Parameters of the query.</summary>
    [NamedValue] public IReadOnlyList<string> Querystring { get; init; } = [];
}
