using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Counts by number, most of which never occur; taken out by one reader while any number of writers count.</summary>
/// <param name="size">How many numbers there are.</param>
internal sealed class SparseCounter(int size)
{
    private long[]? _counts;
    private int _touched;

    /// <summary>Counts one.</summary>
    /// <param name="number">What is counted; a number outside of the range counts as the nearest.</param>
    public void Add(int number)
    {
        var counts = Volatile.Read(ref _counts) ?? Interlocked.CompareExchange(ref _counts, new long[size], null) ?? _counts!;
        Interlocked.Increment(ref counts[Math.Clamp(number, 0, size - 1)]);
        Volatile.Write(ref _touched, 1);
    }

    /// <summary>What was counted since the last time, as <see cref="PackedCounts"/>.</summary>
    /// <param name="first">The number of the first count.</param>
    public IReadOnlyList<long> Take(int first = 0)
    {
        // A count that comes in between is taken now or the next time, for it touches after it has counted.
        if (Interlocked.Exchange(ref _touched, 0) is 0)
        {
            return [];
        }

        List<long> packed = [];
        for (var i = 0; i < size; i++)
        {
            if (Volatile.Read(ref _counts![i]) is not 0)
            {
                packed.Add(i + first);
                packed.Add(Interlocked.Exchange(ref _counts[i], 0));
            }
        }

        return packed;
    }
}
