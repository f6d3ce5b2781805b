using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Zipkin;

/// <summary>A tag of every trace.</summary>
public sealed record StaticTag
{
    /// <summary>The name.</summary>
    [NotOneOf("error", "http.method", "http.path", "http.status_code", "kong.balancer.state", "kong.balancer.try", "kong.consumer", "kong.credential", "kong.node.id", "kong.route", "kong.service", "lc", "peer.hostname")]
    public required string Name { get; init; }

    /// <summary>The value.</summary>
    public required string Value { get; init; }
}
