namespace Gateway.DataPlane.Upstreams.Algorithms;

/// <summary>
/// The quicker of two peers drawn at random. How quick a peer is tells its moving average, which fades within seconds, so that one who was slow gets another chance;
/// drawing two keeps all requests of a moment from running to the same peer.
/// </summary>
internal sealed class Latency : IBalancingAlgorithm
{
    private readonly IReadOnlyList<Peer> _peers;
    private readonly TimeProvider _time;

    /// <summary>Makes the algorithm; peers that are new to the upstream begin with the average of the others.</summary>
    /// <param name="peers">The peers.</param>
    /// <param name="time">The clock.</param>
    public Latency(IReadOnlyList<Peer> peers, TimeProvider time)
    {
        (_peers, _time) = (peers, time);
        foreach (var peer in peers)
        {
            Begin(peer);
        }
    }

    /// <inheritdoc/>
    public Peer? Next(string hash, List<Peer>? tried)
    {
        var (one, other) = Draw(tried);
        if (one is null && tried is not null)
        {
            (one, other) = Draw(null);
        }

        if (one is null || other is null)
        {
            return one;
        }

        Begin(one);
        Begin(other);
        var now = _time.GetTimestamp();
        return one.State.Pace.At(now, _time) / one.Weight <= other.State.Pace.At(now, _time) / other.Weight ? one : other;
    }

    private void Begin(Peer peer)
    {
        if (peer.State.Pace.IsKnown)
        {
            return;
        }

        var now = _time.GetTimestamp();
        var known = _peers.Where(p => p.IsAvailable && p.State.Pace.IsKnown).Select(p => p.State.Pace.At(now, _time)).ToArray();
        if (known.Length > 0)
        {
            peer.State.Pace.Begin(known.Average(), now);
        }
    }

    /// <summary>Draws two different peers among the available ones in one pass (reservoir sampling).</summary>
    private (Peer? One, Peer? Other) Draw(List<Peer>? tried)
    {
        (Peer? one, Peer? other) = (null, null);
        var seen = 0;
        for (var i = 0; i < _peers.Count; i++)
        {
            var peer = _peers[i];
            if (!peer.IsAvailable || tried.Has(peer))
            {
                continue;
            }

            seen++;
            var place = seen <= 2 ? seen - 1 : Random.Shared.Next(seen);
            if (place is 0)
            {
                one = peer;
            }
            else if (place is 1)
            {
                other = peer;
            }
        }

        // With exactly two, chance decides who wins a tie.
        return seen is 2 && Random.Shared.Next(2) is 0 ? (other, one) : (one, other);
    }
}
