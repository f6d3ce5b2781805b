using System.Net;

namespace Gateway.DataPlane.Upstreams;

/// <summary>Chooses a peer for each try of a request.</summary>
/// <param name="plan">The targets.</param>
/// <param name="state">What lives on when the configuration is swapped.</param>
/// <param name="addresses">The addresses of host names.</param>
/// <param name="time">The clock.</param>
internal sealed class Balancer(UpstreamPlan plan, UpstreamState state, AddressBook addresses, TimeProvider time)
{
    private static readonly long _never = long.MaxValue;
    private volatile Ring? _ring;
    private long _renewAt;
    private int _renewing;

    /// <summary>What the balancer was made for.</summary>
    public UpstreamPlan Plan => plan;

    /// <summary>The next peer; null when there is none.</summary>
    /// <param name="tried">The peers on which this request failed before; they are avoided while there are others.</param>
    public ValueTask<Peer?> NextAsync(List<Peer>? tried)
    {
        var ring = _ring;
        if (ring is null)
        {
            return BuildAndChooseAsync(tried);
        }

        var renewAt = Volatile.Read(ref _renewAt);
        if (renewAt != _never && time.GetTimestamp() >= renewAt && Interlocked.Exchange(ref _renewing, 1) is 0)
        {
            _ = RenewAsync();
        }

        return ring.Count is 0 && renewAt != _never ? BuildAndChooseAsync(tried) : new(Choose(ring, tried));
    }

    private Peer? Choose(Ring ring, List<Peer>? tried)
    {
        var peer = ring.At(state.NextTicket());
        for (var i = 1; tried is not null && peer is not null && i < ring.Length && tried.Count < ring.Count && tried.Contains(peer); i++)
        {
            peer = ring.At(state.NextTicket());
        }

        return peer;
    }

    private async ValueTask<Peer?> BuildAndChooseAsync(List<Peer>? tried) => Choose(await BuildAsync(), tried);

    private async Task RenewAsync()
    {
        try
        {
            await BuildAsync(renew: true);
        }
        finally
        {
            Volatile.Write(ref _renewing, 0);
        }
    }

    private async Task<Ring> BuildAsync(bool renew = false)
    {
        var peers = new List<(Peer, int)>(plan.Targets.Count);
        var named = false;
        foreach (var target in plan.Targets)
        {
            named |= !IPAddress.TryParse(target.Host, out _);
            foreach (var address in await addresses.FindAsync(target.Host, renew))
            {
                peers.Add((new Peer(target.Host, address, target.Port, plan.HostHeader), target.Weight));
            }
        }

        var ring = new Ring(peers);
        Volatile.Write(ref _renewAt, named ? time.GetTimestamp() + (long)(AddressBook.Freshness.TotalSeconds * time.TimestampFrequency) : _never);
        _ring = ring;
        return ring;
    }
}
