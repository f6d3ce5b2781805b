using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Telemetry;

/// <summary>
/// Counts by number, most of which never occur; taken out by one reader while any number of writers count. Pages of counts are made when they are first needed: thousands of
/// routes have counters, and the requests of each lie close together.
/// </summary>
/// <param name="size">How many numbers there are.</param>
internal sealed class SparseCounter(int size)
{
    private const int Page = 32;

    // What is taken out every few seconds fits into 32 bits.
    private int[]?[]? _pages;
    private int _touched;

    /// <summary>Counts one.</summary>
    /// <param name="number">What is counted; a number outside of the range counts as the nearest.</param>
    public void Add(int number)
    {
        number = Math.Clamp(number, 0, size - 1);
        var pages = Volatile.Read(ref _pages) ?? Interlocked.CompareExchange(ref _pages, new int[]?[(size + Page - 1) / Page], null) ?? _pages!;
        ref var page = ref pages[number / Page];
        var counts = Volatile.Read(ref page) ?? Interlocked.CompareExchange(ref page, new int[Page], null) ?? page!;
        Interlocked.Increment(ref counts[number % Page]);
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
        foreach (var (page, counts) in _pages!.Index())
        {
            for (var i = 0; counts is not null && i < Page; i++)
            {
                if (Volatile.Read(ref counts[i]) is not 0)
                {
                    packed.Add((page * Page) + i + first);
                    packed.Add(Interlocked.Exchange(ref counts[i], 0));
                }
            }
        }

        return packed;
    }
}
