using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Latencies since the start, from which buckets of any bounds are read.</summary>
internal sealed class LatencyHistogram
{
    private readonly long[] _counts = new long[LatencyBuckets.Count];

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>Their sum in milliseconds, by the middles of the buckets: at most 6 % off, and less the more there are.</summary>
    public double Sum
    {
        get
        {
            var sum = 0d;
            for (var i = 0; i < _counts.Length; i++)
            {
                sum += _counts[i] * LatencyBuckets.Milliseconds(i);
            }

            return sum;
        }
    }

    /// <summary>Adds latencies, as <see cref="PackedCounts"/>.</summary>
    public void Add(IReadOnlyList<long> packed)
    {
        PackedCounts.AddTo(packed, _counts);
        Count += PackedCounts.Sum(packed);
    }

    /// <summary>How many lie in buckets whose middle is not above a bound.</summary>
    /// <param name="milliseconds">The bound.</param>
    public long CountUpTo(double milliseconds)
    {
        var count = 0L;
        for (var i = 0; i < _counts.Length && LatencyBuckets.Milliseconds(i) <= milliseconds; i++)
        {
            count += _counts[i];
        }

        return count;
    }
}
