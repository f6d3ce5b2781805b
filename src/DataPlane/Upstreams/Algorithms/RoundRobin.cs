namespace Gateway.DataPlane.Upstreams.Algorithms;

/// <summary>Each peer in turn, as often as its weight says.</summary>
/// <param name="peers">The peers.</param>
/// <param name="state">Counts the turns.</param>
internal sealed class RoundRobin(IReadOnlyList<Peer> peers, UpstreamState state) : IBalancingAlgorithm
{
    private volatile Turns _turns = Turns.None;

    /// <inheritdoc/>
    public Peer? Next(string hash, List<Peer>? tried)
    {
        var ring = Ring();
        var peer = ring.At(state.NextTicket());
        if (peer is null || !tried.Has(peer))
        {
            return peer;
        }

        // The next tickets keep to the weights; where a heavy peer failed they may all be its own, so the light ones are looked up.
        for (var i = 0; i < ring.Count; i++)
        {
            var next = ring.At(state.NextTicket())!;
            if (!tried.Has(next))
            {
                return next;
            }
        }

        return peers.FirstOrDefault(p => p.IsAvailable && !tried.Has(p)) ?? peer;
    }

    // Peers that are not available have no place on the circle, so their share falls to the others by weight.
    private Ring Ring()
    {
        var turns = _turns;
        var version = state.HealthVersion;
        if (turns.Version != version)
        {
            _turns = turns = new Turns(version, new Ring(peers.Where(p => p.IsAvailable).Select(p => (p, p.Weight))));
        }

        return turns.Ring;
    }

    private sealed record Turns(long Version, Ring Ring)
    {
        public static Turns None { get; } = new(-1, new Ring([]));
    }
}
