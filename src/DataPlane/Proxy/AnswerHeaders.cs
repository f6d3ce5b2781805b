namespace Gateway.DataPlane.Proxy;

/// <summary>The headers that the gateway adds to answers (<c>headers</c>).</summary>
[Flags]
public enum AnswerHeaders
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The way that the answer took.</summary>
    Via = 1,

    /// <summary>Who answered.</summary>
    Server = 2,

    /// <summary>Both.</summary>
    ServerTokens = Via | Server,

    /// <summary>How long the gateway needed before the upstream.</summary>
    ProxyLatency = 4,

    /// <summary>How long the gateway needed for an answer of its own.</summary>
    ResponseLatency = 8,

    /// <summary>How long the upstream needed.</summary>
    UpstreamLatency = 16,

    /// <summary>All of them.</summary>
    LatencyTokens = ProxyLatency | ResponseLatency | UpstreamLatency,

    /// <summary>The status that the upstream gave.</summary>
    UpstreamStatus = 32,

    /// <summary>The request's id.</summary>
    RequestId = 64,

    /// <summary>What is added when nothing is set.</summary>
    Default = ServerTokens | LatencyTokens | RequestId,
}
