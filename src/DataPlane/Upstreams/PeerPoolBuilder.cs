using System.Net;
using Gateway.DataPlane.Upstreams.Algorithms;

namespace Gateway.DataPlane.Upstreams;

/// <summary>Makes the peers of an upstream out of its targets.</summary>
/// <param name="plan">The targets.</param>
/// <param name="state">What is known of the peers.</param>
/// <param name="addresses">The addresses of host names.</param>
/// <param name="time">The clock.</param>
internal sealed class PeerPoolBuilder(UpstreamPlan plan, UpstreamState state, AddressBook addresses, TimeProvider time)
{
    /// <summary>Resolves the targets.</summary>
    /// <param name="former">The peers so far; where they are still the same, what chooses among them goes on.</param>
    /// <param name="renew">Whether to wait for the resolver where known addresses have grown old.</param>
    public async Task<PeerPool> BuildAsync(PeerPool? former, bool renew)
    {
        var resolved = await Task.WhenAll(plan.Targets.Select(t => ResolveAsync(t, renew)));
        var named = plan.Targets.Any(t => !IPAddress.TryParse(t.Host, out _));
        var now = time.GetTimestamp();
        var renewAt = named ? now + (long)(AddressBook.Freshness.TotalSeconds * time.TimestampFrequency) : long.MaxValue;
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
        return new PeerPool(resolved, BalancingAlgorithms.Create(plan, peers, state, time), renewAt, null);
    }

    private async Task<ResolvedTarget> ResolveAsync(UpstreamTarget target, bool renew)
    {
        var found = await addresses.FindAsync(target.Host, renew);
        var now = time.GetTimestamp();
        return new ResolvedTarget(target, [.. found.Select(address => new Peer(target.Host, address, target.Port, plan.HostHeader)
        {
            Weight = target.Weight,
            IsChecked = plan.Health is not null,
            State = state.Of(target.Host, address, target.Port, now),
        })], "A");
    }

    private static bool Same(IReadOnlyList<ResolvedTarget> former, ResolvedTarget[] now) => former.Count == now.Length
        && former.Zip(now).All(pair => pair.First.Source == pair.Second.Source && pair.First.Peers.Count == pair.Second.Peers.Count
            && pair.First.Peers.Zip(pair.Second.Peers).All(p => ReferenceEquals(p.First.State, p.Second.State) && p.First.Weight == p.Second.Weight));
}
