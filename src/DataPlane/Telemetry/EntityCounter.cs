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

/// <summary>The counts of one route's or one consumer's requests, for one thread at a time.</summary>
internal sealed class EntityCounter
{
    private const int FirstStatus = 100;
    private const int LastStatus = 599;

    private readonly CountTable _counts = new();

    /// <summary>Whether nobody reads it any more.</summary>
    public bool IsDropped { get; set; }

    /// <summary>How many reports in a row it had nothing to tell.</summary>
    public int Silent { get; set; }

    /// <summary>Whether nothing was counted since the last time.</summary>
    public bool IsEmpty => _counts.IsEmpty;

    /// <summary>Counts a status; one that does not exist counts as the nearest.</summary>
    /// <param name="status">The status.</param>
    /// <param name="isOwn">Whether the answer is the gateway's own.</param>
    public void AddStatus(int status, bool isOwn) => Add(isOwn ? CountKind.Own : CountKind.Codes, Math.Clamp(status, FirstStatus, LastStatus));

    /// <summary>Counts one.</summary>
    /// <param name="kind">What is counted.</param>
    /// <param name="number">The bucket or the status; none is below 0.</param>
    public void Add(CountKind kind, int number)
    {
        if (number >= 0)
        {
            _counts.Add(((int)kind * TakenCounts.KindSize) + number);
        }
    }

    /// <summary>Takes out what was counted since the last time.</summary>
    /// <param name="taken">Receives it; what it held is dropped.</param>
    public void Take(TakenCounts taken) => taken.Read(_counts);
}

/// <summary>What was taken out of a counter; one serves for many counters, one after the other.</summary>
internal sealed class TakenCounts
{
    /// <summary>How many numbers a kind has room for.</summary>
    public const int KindSize = 1024;

    private readonly List<(int Number, long Count)> _all = [];

    /// <summary>How many numbers their short form takes.</summary>
    public int Length => _all.Count * 2;

    /// <summary>Takes a table's counts in.</summary>
    /// <param name="counts">The table.</param>
    public void Read(CountTable counts) => counts.Take(_all);

    /// <summary>The counts of a kind, as <see cref="Gateway.Sync.Telemetry.PackedCounts"/>.</summary>
    /// <param name="kind">The kind.</param>
    public IReadOnlyList<long> Of(CountKind kind)
    {
        var first = (int)kind * KindSize;
        var start = _all.FindIndex(c => c.Number >= first);
        var end = start < 0 ? -1 : _all.FindIndex(start, c => c.Number >= first + KindSize);
        var length = start < 0 ? 0 : (end < 0 ? _all.Count : end) - start;
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
}
