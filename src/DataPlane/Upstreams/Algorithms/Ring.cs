namespace Gateway.DataPlane.Upstreams.Algorithms;

/// <summary>
/// Weighted round-robin without a lock: every ticket has its place on a circle as long as the sum of the weights, and consecutive tickets lie
/// a golden section apart. The step has no divisor in common with the length, so as many tickets as the circle is long visit each place
/// exactly once: the shares are exact, and a peer's turns are spread evenly.
/// </summary>
internal sealed class Ring
{
    private readonly Peer[] _peers;
    private readonly long[] _ends;
    private readonly long _step;

    /// <summary>Makes the circle.</summary>
    /// <param name="peers">The peers with their weights; those of weight 0 get nothing.</param>
    public Ring(IEnumerable<(Peer Peer, int Weight)> peers)
    {
        var weighted = peers.Where(p => p.Weight > 0).ToArray();
        var divisor = weighted.Aggregate(0L, (d, p) => Gcd(d, p.Weight));
        _peers = [.. weighted.Select(p => p.Peer)];
        _ends = new long[weighted.Length];
        for (var i = 0; i < weighted.Length; i++)
        {
            Length += weighted[i].Weight / divisor;
            _ends[i] = Length;
        }

        _step = Math.Max(1, (long)(Length * 0.6180339887498949));
        while (Gcd(_step, Length) > 1)
        {
            _step++;
        }
    }

    /// <summary>The number of peers with a weight.</summary>
    public int Count => _peers.Length;

    /// <summary>The sum of the weights, without their common divisor.</summary>
    public long Length { get; }

    /// <summary>The peer whose turn a ticket is; null when there is none.</summary>
    /// <param name="ticket">The ticket, counted up per request.</param>
    public Peer? At(long ticket)
    {
        if (_peers.Length < 2)
        {
            return _peers.Length is 0 ? null : _peers[0];
        }

        var place = (long)((ulong)ticket % (ulong)Length * (ulong)_step % (ulong)Length);
        var index = Array.BinarySearch(_ends, place + 1);
        return _peers[index < 0 ? ~index : index];
    }

    private static long Gcd(long a, long b) => b is 0 ? a : Gcd(b, a % b);
}
