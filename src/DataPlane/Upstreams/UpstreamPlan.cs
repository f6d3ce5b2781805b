namespace Gateway.DataPlane.Upstreams;

/// <summary>Where requests of a service or an upstream may go, compiled from the configuration.</summary>
/// <param name="Targets">The targets.</param>
/// <param name="HostHeader">The Host header that the upstream entity asks for, or null.</param>
/// <param name="IsUpstream">Whether it is an upstream entity; otherwise it is a service's own host.</param>
internal sealed record UpstreamPlan(IReadOnlyList<UpstreamTarget> Targets, string? HostHeader, bool IsUpstream)
{
    /// <summary>What clients are told when there is nowhere to go.</summary>
    public string Failure => IsUpstream ? "failure to get a peer from the ring-balancer" : "name resolution failed";
}

/// <summary>One target of an upstream.</summary>
/// <param name="Host">A host name or an address.</param>
/// <param name="Port">The port.</param>
/// <param name="Weight">The share of the traffic.</param>
internal sealed record UpstreamTarget(string Host, int Port, int Weight)
{
    private const int DefaultPort = 8000;

    /// <summary>Takes a target's address apart.</summary>
    /// <param name="address">Such as <c>a.com:80</c>, <c>10.0.0.1</c> or <c>[::1]:80</c>.</param>
    /// <param name="weight">The weight.</param>
    public static UpstreamTarget? Parse(string address, int weight) => Entities.HostName.TryParse(address, out var host, out _)
        ? new UpstreamTarget(host.Host.Trim('[', ']'), host.Port ?? DefaultPort, weight)
        : null;
}
