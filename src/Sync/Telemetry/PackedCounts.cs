namespace Gateway.Sync.Telemetry;

/// <summary>Counts by number in their short form: alternately a number (a bucket, a status) and its count, empty ones left out.</summary>
public static class PackedCounts
{
    // What no node can count to within a second; sums over all nodes stay far from overflowing.
    private const long Implausible = 1_000_000_000_000;

    /// <summary>Packs counts; the index is the number.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="first">The number of the first count.</param>
    public static IReadOnlyList<long> Pack(ReadOnlySpan<long> counts, int first = 0)
    {
        List<long>? packed = null;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                (packed ??= []).Add(i + first);
                packed.Add(counts[i]);
            }
        }

        return packed ?? (IReadOnlyList<long>)[];
    }

    /// <summary>Adds packed counts to counts by number; numbers that have no place there are left out.</summary>
    /// <param name="packed">The packed counts.</param>
    /// <param name="counts">One count for each number.</param>
    public static void AddTo(IReadOnlyList<long> packed, Span<long> counts)
    {
        for (var i = 0; i + 1 < packed.Count; i += 2)
        {
            if (packed[i] >= 0 && packed[i] < counts.Length)
            {
                counts[(int)packed[i]] += packed[i + 1];
            }
        }
    }

    /// <summary>The sum of packed counts.</summary>
    /// <param name="packed">The packed counts.</param>
    public static long Sum(IReadOnlyList<long> packed)
    {
        var sum = 0L;
        for (var i = 1; i < packed.Count; i += 2)
        {
            sum += packed[i];
        }

        return sum;
    }

    internal static bool IsPlausible(IReadOnlyList<long>? packed) => packed is not null && packed.Count <= 2 * 1000 && packed.All(IsCount);

    internal static bool IsCount(long number) => number is >= 0 and < Implausible;
}
