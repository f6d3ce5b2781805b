using System.Numerics;

namespace Gateway.Sync.Telemetry;

/// <summary>
/// The buckets in which latencies are counted: sixteen to each power of two of microseconds, so that a percentile is at most
/// 6 % off at any magnitude, and the counts of several nodes can be added.
/// </summary>
public static class LatencyBuckets
{
    private const int Sub = 16;
    private const int SubBits = 4;

    // 2^27 µs: a request of more than two minutes counts as one of two minutes.
    private const long Max = (1L << 27) - 1;

    /// <summary>How many buckets there are.</summary>
    public const int Count = Sub + ((27 - SubBits) * Sub);

    /// <summary>The bucket of a latency.</summary>
    /// <param name="microseconds">The latency.</param>
    public static int IndexOf(long microseconds)
    {
        var value = (ulong)Math.Clamp(microseconds, 0, Max);
        if (value < Sub)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2(value) - SubBits;
        return ((shift + 1) * Sub) + (int)(value >> shift) - Sub;
    }

    /// <summary>The middle of a bucket, in milliseconds.</summary>
    /// <param name="index">The bucket.</param>
    public static double Milliseconds(int index)
    {
        if (index < Sub)
        {
            return index / 1000d;
        }

        var shift = (index / Sub) - 1;
        return (((long)(Sub + (index % Sub)) << shift) + ((1L << shift) / 2d)) / 1000d;
    }

    /// <summary>The latency below which a share of the requests stayed, in milliseconds; 0 when there were none.</summary>
    /// <param name="counts">The requests per bucket.</param>
    /// <param name="share">The share, such as 0.95.</param>
    public static double Percentile(ReadOnlySpan<long> counts, double share)
    {
        var total = 0L;
        foreach (var count in counts)
        {
            total += count;
        }

        var rank = (long)Math.Ceiling(total * share);
        for (var i = 0; i < counts.Length && total > 0; i++)
        {
            rank -= counts[i];
            if (rank <= 0)
            {
                return Math.Round(Milliseconds(i), 3);
            }
        }

        return 0;
    }
}
