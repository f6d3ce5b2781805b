using Gateway.DataPlane.Upstreams.Algorithms;
using Gateway.DataPlane.Upstreams.Dns;

namespace Gateway.DataPlane.Upstreams;

/// <summary>Makes the peers of an upstream out of its targets.</summary>
/// <param name="plan">The targets.</param>
/// <param name="state">What is known of the peers.</param>
/// <param name="names">The addresses behind names.</param>
/// <param name="time">The clock.</param>
internal sealed class PeerPoolBuilder(UpstreamPlan plan, UpstreamState state, NameResolver names, TimeProvider time)
{
    /// <summary>Resolves the targets.</summary>
    /// <param name="former">The peers so far; where they are still the same, what chooses among them goes on.</param>
    /// <param name="renew">Whether to wait for the resolver where known addresses have grown old.</param>
    public async Task<PeerPool> BuildAsync(PeerPool? former, bool renew)
    {
        var found = await Task.WhenAll(plan.Targets.Select(t => names.FindAsync(t.Host, renew).AsTask()));
        var now = time.GetTimestamp();
        ResolvedTarget[] resolved = [.. plan.Targets.Zip(found, (target, name) => Resolve(target, name, now))];

        // An old answer that serves on is asked about again soon; what renews it is under way.
        var renewAt = found.Length is 0 ? long.MaxValue : found.Min(f => f.Until <= now ? now + (time.TimestampFrequency / 2) : f.Until);
        if (former is not null && Same(former.Targets, resolved))
        {
            foreach (var peer in former.Targets.SelectMany(t => t.Peers))
            {
                peer.State.LastUsed = now;
            }

            return former with { RenewAt = renewAt };
        }

        state.Forget(now, time);
        var peers = resolved.SelectMany(t => t.Peers).Where(p => p.Weight > 0).ToArray();
        return new PeerPool(resolved, BalancingAlgorithms.Create(plan, peers, state, time), renewAt, found is [{ Failure: { } failure }] ? failure : null);
    }

    private ResolvedTarget Resolve(UpstreamTarget target, NameRecords found, long now) => new(target, [.. found.Records.Select(record =>
    {
        var port = record.Port is 0 ? target.Port : record.Port;
        return new Peer(plan.UseSrvName && record.Name is { } name ? name : target.Host, record.Address, port, plan.HostHeader)
        {
            TargetPort = target.Port,

            // A target without weight is out, whatever its records say.
            Weight = target.Weight is 0 ? 0 : record.Weight ?? target.Weight,
            IsChecked = plan.Health is not null,
            State = state.Of(target.Host, record.Address, port, now),
        };
    })], found.Source);

    private static bool Same(IReadOnlyList<ResolvedTarget> former, ResolvedTarget[] now) => former.Count == now.Length
        && former.Zip(now).All(pair => pair.First.Source == pair.Second.Source && pair.First.Peers.Count == pair.Second.Peers.Count
            && pair.First.Peers.Zip(pair.Second.Peers).All(p => ReferenceEquals(p.First.State, p.Second.State) && p.First.Weight == p.Second.Weight));
}
