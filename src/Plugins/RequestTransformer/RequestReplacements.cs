using Gateway.Entities;
using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>What gets another value in a request.</summary>
public sealed record RequestReplacements
{
    /// <summary>Parameters of the body.</summary>
    [NamedValue] public IReadOnlyList<string> Body { get; init; } = [];

    /// <summary>Headers.</summary>
    [Match("^[^:]+:.*$"), HeaderOfPair] public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Parameters of the query.</summary>
    [NamedValue] public IReadOnlyList<string> Querystring { get; init; } = [];

    /// <summary>The path that goes upstream.</summary>
    public string? Uri { get; init; }
}
