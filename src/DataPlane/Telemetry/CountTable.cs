namespace Gateway.DataPlane.Telemetry;

/// <summary>
/// Counts by number, most of which never occur: a hash table with open addressing (linear probing) whose entries hold the number and its count in one word, so that the counters
/// of thousands of routes are small and each count is found with one look at memory. It is for one thread at a time.
/// </summary>
internal sealed class CountTable
{
    private const int NumberBits = 16;
    private const int Smallest = 8;

    // The number plus one in the lower bits, so that an empty entry is 0, and the count above.
    private ulong[] _entries = [];
    private int _used;

    /// <summary>Whether nothing was counted since the last time.</summary>
    public bool IsEmpty => _used is 0;

    /// <summary>Counts one.</summary>
    /// <param name="number">What is counted, from 0 to 65,534.</param>
    public void Add(int number)
    {
        if (_used >= _entries.Length / 4 * 3)
        {
            Grow();
        }

        ref var entry = ref Entry(_entries, (ulong)number + 1);
        if (entry is 0)
        {
            _used++;
            entry = (ulong)number + 1;
        }

        entry += 1UL << NumberBits;
    }

    /// <summary>Takes out what was counted since the last time.</summary>
    /// <param name="taken">Receives each number with its count, the smaller numbers first; what it held is dropped.</param>
    public void Take(List<(int Number, long Count)> taken)
    {
        taken.Clear();
        if (_used is 0)
        {
            return;
        }

        foreach (var entry in _entries)
        {
            if (entry is not 0)
            {
                taken.Add(((int)(entry & ushort.MaxValue) - 1, (long)(entry >> NumberBits)));
            }
        }

        taken.Sort(static (a, b) => a.Number.CompareTo(b.Number));

        // Room that was not needed is given back, step by step.
        if (_used * 8 < _entries.Length && _entries.Length > Smallest)
        {
            _entries = new ulong[_entries.Length / 2];
        }
        else
        {
            Array.Clear(_entries);
        }

        _used = 0;
    }

    private void Grow()
    {
        var entries = new ulong[Math.Max(Smallest, _entries.Length * 2)];
        foreach (var entry in _entries)
        {
            if (entry is not 0)
            {
                Entry(entries, entry & ushort.MaxValue) = entry;
            }
        }

        _entries = entries;
    }

    /// <summary>The entry of a key, or the empty one that is its place.</summary>
    private static ref ulong Entry(ulong[] entries, ulong key)
    {
        // Neighbours lie next to each other: requests that took about as long share a line of the processor's cache.
        for (var i = (int)(key & (ulong)(entries.Length - 1)); ; i = (i + 1) & (entries.Length - 1))
        {
            ref var entry = ref entries[i];
            if (entry is 0 || (entry & ushort.MaxValue) == key)
            {
                return ref entry;
            }
        }
    }
}
