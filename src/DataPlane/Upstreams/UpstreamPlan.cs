using Gateway.DataPlane.Upstreams.Algorithms;
using Gateway.DataPlane.Upstreams.Health;
using Gateway.Entities;

namespace Gateway.DataPlane.Upstreams;

/// <summary>Where requests of a service or an upstream may go, compiled from the configuration.</summary>
/// <param name="Targets">The targets.</param>
/// <param name="HostHeader">The Host header that the upstream entity asks for, or null.</param>
/// <param name="IsUpstream">Whether it is an upstream entity; otherwise it is a service's own host.</param>
internal sealed record UpstreamPlan(IReadOnlyList<UpstreamTarget> Targets, string? HostHeader, bool IsUpstream)
{
    /// <summary>The entity, or null for a service's own host.</summary>
    public Upstream? Entity { get; init; }

    /// <summary>How a peer is chosen.</summary>
    public BalancingAlgorithm Algorithm { get; init; } = BalancingAlgorithm.RoundRobin;

    /// <summary>The number of points of the hash circle.</summary>
    public int Slots { get; init; } = 10_000;

    /// <summary>What of a request is hashed; null when nothing is.</summary>
    public HashKey? Hash { get; init; }

    /// <summary>Whether the name of an SRV record becomes the Host header.</summary>
    public bool UseSrvName { get; init; }

    /// <summary>When a peer becomes healthy or unhealthy; null when nobody looks after it.</summary>
    public HealthPlan? Health { get; init; }

    /// <summary>How probes connect; null when none are sent.</summary>
    public ConnectionProfile? Probes { get; init; }

    /// <summary>Compiles an upstream.</summary>
    /// <param name="upstream">The upstream.</param>
    /// <param name="targets">Its targets.</param>
    /// <param name="clientCertificate">The PEM of certificate and key that its targets are shown, or null.</param>
    /// <param name="authorities">The PEM of the authorities against which probes verify; empty for the system's.</param>
    public static UpstreamPlan Of(Upstream upstream, IReadOnlyList<UpstreamTarget> targets, string? clientCertificate = null, string authorities = "") => new(targets, upstream.HostHeader, IsUpstream: true)
    {
        Entity = upstream,
        Algorithm = upstream.Algorithm ?? BalancingAlgorithm.RoundRobin,
        Slots = upstream.Slots ?? 10_000,
        Hash = upstream.Algorithm is BalancingAlgorithm.ConsistentHashing ? HashKey.Of(upstream) : null,
        UseSrvName = upstream.UseSrvName ?? false,
        Health = HealthPlan.Of(upstream.Healthchecks),
        Probes = upstream.Healthchecks.Active is { } active && (active.Healthy.Interval > 0 || active.Unhealthy.Interval > 0)
            ? new ConnectionProfile(TimeSpan.FromSeconds(active.Timeout ?? 1), active.HttpsVerifyCertificate, authorities, clientCertificate)
            {
                ServerName = active.HttpsSni,
                KeepsAlive = false,
            }
            : null,
    };
}

/// <summary>One target of an upstream.</summary>
/// <param name="Host">A host name or an address.</param>
/// <param name="Port">The port.</param>
/// <param name="Weight">The share of the traffic.</param>
internal sealed record UpstreamTarget(string Host, int Port, int Weight)
{
    private const int DefaultPort = 8000;

    /// <summary>The entity; null for a service's own host.</summary>
    public Target? Entity { get; init; }

    /// <summary>The id of the entity; empty for a service's own host.</summary>
    public Guid Id => Entity?.Id.Value ?? Guid.Empty;

    /// <inheritdoc/>
    public bool Equals(UpstreamTarget? other) => other is not null && (Host, Port, Weight, Id) == (other.Host, other.Port, other.Weight, other.Id);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Host, Port, Weight, Id);

    /// <summary>Takes a target's address apart.</summary>
    /// <param name="address">Such as <c>a.com:80</c>, <c>10.0.0.1</c> or <c>[::1]:80</c>.</param>
    /// <param name="weight">The weight.</param>
    public static UpstreamTarget? Parse(string address, int weight) => HostName.TryParse(address, out var host, out _)
        ? new UpstreamTarget(host.Host.Trim('[', ']'), host.Port ?? DefaultPort, weight)
        : null;
}
