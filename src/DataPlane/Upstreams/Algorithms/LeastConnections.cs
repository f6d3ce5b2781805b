namespace Gateway.DataPlane.Upstreams.Algorithms;

/// <summary>The peer with the fewest requests in flight for its weight.</summary>
/// <param name="peers">The peers.</param>
/// <param name="state">Counts the turns, by which equal peers take turns.</param>
internal sealed class LeastConnections(IReadOnlyList<Peer> peers, UpstreamState state) : IBalancingAlgorithm
{
    /// <inheritdoc/>
    public Peer? Next(string hash, List<Peer>? tried) => Least(tried) ?? (tried is null ? null : Least(null));

    private Peer? Least(List<Peer>? tried)
    {
        Peer? best = null;
        long bestLoad = 0;
        var start = peers.Count is 0 ? 0 : (int)((ulong)state.NextTicket() % (ulong)peers.Count);
        for (var i = 0; i < peers.Count; i++)
        {
            var peer = peers[start + i < peers.Count ? start + i : start + i - peers.Count];
            if (!peer.IsAvailable || tried.Has(peer))
            {
                continue;
            }

            // (connections + 1) / weight, compared crosswise so that nothing is rounded.
            long load = peer.State.Connections + 1;
            if (best is null || load * best.Weight < bestLoad * peer.Weight)
            {
                (best, bestLoad) = (peer, load);
            }
        }

        return best;
    }
}
