using Gateway.DataPlane.Config;
using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Upstreams.Health;

/// <summary>Tells how the upstreams of this node are, and lets people mark their targets.</summary>
public sealed class UpstreamMonitor
{
    private readonly CurrentSnapshot _current;

    internal UpstreamMonitor(CurrentSnapshot current) => _current = current;

    /// <summary>The health of an upstream; null for one that this node does not know.</summary>
    /// <param name="id">The upstream.</param>
    public async ValueTask<UpstreamHealth?> HealthAsync(Guid id) =>
        _current.Value.Balancers.TryGetValue(id, out var balancer) ? await ReadAsync(balancer) : null;

    /// <summary>Marks the addresses of a target; gives what is wrong, or null.</summary>
    /// <param name="mark">The mark.</param>
    public async ValueTask<string?> MarkAsync(HealthMark mark)
    {
        if (!_current.Value.Balancers.TryGetValue(mark.Upstream, out var balancer))
        {
            return $"Upstream {mark.UpstreamName} has no balancer";
        }

        if (balancer.Plan.Health is null)
        {
            return $"no healthchecker found for {mark.UpstreamName}";
        }

        var pool = await balancer.PoolAsync();
        var peers = pool.Targets.Where(t => t.Target.Id == mark.Target).SelectMany(t => t.Peers)
            .Where(p => mark.Address is null || (p.Address.Equals(mark.Address.Address) && p.Port == mark.Address.Port)).ToArray();
        foreach (var peer in peers)
        {
            peer.State.Health.Mark(mark.Healthy);
        }

        return peers.Length is 0 ? "target not found" : null;
    }

    /// <summary>The upstreams that are looked after.</summary>
    internal IEnumerable<Balancer> Checked => _current.Value.Balancers.Values.Where(b => b.Plan.Health is not null);

    /// <summary>Reads the health of a balancer's peers.</summary>
    /// <param name="balancer">The balancer.</param>
    internal static async ValueTask<UpstreamHealth> ReadAsync(Balancer balancer)
    {
        var pool = await balancer.PoolAsync();
        var state = balancer.Plan.Health is null ? HealthState.HealthchecksOff : balancer.IsHealthy(pool) ? HealthState.Healthy : HealthState.Unhealthy;
        return new UpstreamHealth(balancer.Plan.Entity!.Id.Value, state, [.. pool.Targets.Select(Read)]);
    }

    private static TargetHealth Read(ResolvedTarget resolved)
    {
        var addresses = resolved.Peers.Select(p => new AddressHealth(
            p.AddressText, p.Port, p.Weight, !p.IsChecked ? HealthState.HealthchecksOff : p.IsAvailable ? HealthState.Healthy : HealthState.Unhealthy, p.State.Health.Reason)).ToArray();
        var total = addresses.Sum(a => a.Weight);
        var unavailable = addresses.Where(a => a.Health is HealthState.Unhealthy).Sum(a => a.Weight);
        var target = resolved.Target;
        return new TargetHealth(target.Id, target.Host, target.Port, resolved.Source, target.Weight, new HealthWeight(total, total - unavailable, unavailable), addresses);
    }
}
