using System.Runtime.CompilerServices;

namespace Gateway.DataPlane.Telemetry;

/// <summary>What is counted of an entity's requests.</summary>
internal enum CountKind
{
    /// <summary>The statuses of answers that came from an upstream, and of all answers where nobody tells them apart.</summary>
    Codes,

    /// <summary>The statuses of the gateway's own answers.</summary>
    Own,

    /// <summary>The buckets of the whole time.</summary>
    Latency,

    /// <summary>The buckets of the upstream's time.</summary>
    Upstream,

    /// <summary>The buckets of the gateway's time.</summary>
    Gateway,
}

/// <summary>
/// The counts of one route's or one consumer's requests, for one thread at a time. The last requests are only noted down, within the counter itself; they are sorted into the table
/// several at once, when there is no room for more, or when the counts are read.
/// </summary>
internal sealed class EntityCounter
{
    private const int Room = 12;

    private CountTable? _counts;
    private byte _noted;
    private Notes _notes;

    /// <summary>Whether nobody reads it any more.</summary>
    public bool IsDropped { get; set; }

    /// <summary>How many reports in a row it had nothing to tell.</summary>
    public byte Silent { get; set; }

    /// <summary>Whether nothing was counted since the last time.</summary>
    public bool IsEmpty => _noted is 0 && _counts?.IsEmpty is not false;

    /// <summary>Counts a request.</summary>
    /// <param name="note">The request.</param>
    public void Add(RequestNote note)
    {
        if (_noted is Room)
        {
            Sort(_counts ??= new CountTable());
        }

        _notes[_noted++] = note;
    }

    /// <summary>Takes out what was counted since the last time.</summary>
    /// <param name="taken">Receives each number with its count, the smaller numbers first; what it held is dropped.</param>
    public void Take(List<(int Number, long Count)> taken)
    {
        if (_counts is { } counts)
        {
            Sort(counts);
            counts.Take(taken);
            return;
        }

        Span<int> numbers = stackalloc int[Room * RequestNote.MostNumbers];
        var length = 0;
        foreach (var note in Noted)
        {
            length += note.Numbers(numbers[length..]);
        }

        _noted = 0;
        taken.Clear();
        numbers[..length].Sort();
        for (var i = 0; i < length;)
        {
            var next = i + 1;
            while (next < length && numbers[next] == numbers[i])
            {
                next++;
            }

            taken.Add((numbers[i], next - i));
            i = next;
        }
    }

    private ReadOnlySpan<RequestNote> Noted => ((ReadOnlySpan<RequestNote>)_notes)[.._noted];

    private void Sort(CountTable counts)
    {
        Span<int> numbers = stackalloc int[RequestNote.MostNumbers];
        foreach (var note in Noted)
        {
            foreach (var number in numbers[..note.Numbers(numbers)])
            {
                counts.Add(number);
            }
        }

        _noted = 0;
    }

    [InlineArray(Room)]
    private struct Notes
    {
        private RequestNote _first;
    }
}

/// <summary>What was taken out of a counter; one serves for many counters, one after the other.</summary>
internal sealed class TakenCounts
{
    /// <summary>How many numbers a kind has room for.</summary>
    public const int KindSize = 1024;

    private readonly List<(int Number, long Count)> _all = [];

    /// <summary>How many numbers their short form takes.</summary>
    public int Length => _all.Count * 2;

    /// <summary>Takes a counter's counts in.</summary>
    /// <param name="counter">The counter.</param>
    public void Read(EntityCounter counter) => counter.Take(_all);

    /// <summary>The counts of a kind, as <see cref="Gateway.Sync.Telemetry.PackedCounts"/>.</summary>
    /// <param name="kind">The kind.</param>
    public IReadOnlyList<long> Of(CountKind kind)
    {
        var first = (int)kind * KindSize;
        var start = IndexOf(first);
        var length = IndexOf(first + KindSize) - start;
        if (length is 0)
        {
            return [];
        }

        var packed = new long[length * 2];
        for (var i = 0; i < length; i++)
        {
            (packed[i * 2], packed[(i * 2) + 1]) = (_all[start + i].Number - first, _all[start + i].Count);
        }

        return packed;
    }

    /// <summary>Where the numbers from this one on begin.</summary>
    private int IndexOf(int number)
    {
        var index = 0;
        while (index < _all.Count && _all[index].Number < number)
        {
            index++;
        }

        return index;
    }
}
