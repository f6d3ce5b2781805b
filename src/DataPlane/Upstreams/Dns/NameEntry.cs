namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>A name that is kept.</summary>
internal sealed class NameEntry
{
    private readonly Lock _lock = new();
    private volatile NameRecords? _records;
    private Task<NameRecords>? _asking;
    private long _staleUntil;
    private long _lastUsed;
    private long _hits;
    private long _stale;
    private long _misses;
    private long _found;
    private long _missing;
    private long _failed;

    /// <summary>What is known; null before the first answer.</summary>
    public NameRecords? Records => _records;

    /// <summary>Until when old addresses may serve, in ticks of the clock.</summary>
    public long StaleUntil => Volatile.Read(ref _staleUntil);

    /// <summary>The type of record that it had the last time.</summary>
    public DnsOrder? Last { get; private set; }

    /// <summary>When someone last asked, in ticks of the clock.</summary>
    public long LastUsed
    {
        get => Volatile.Read(ref _lastUsed);
        set => Volatile.Write(ref _lastUsed, value);
    }

    /// <summary>How often each thing happened, in the words of <c>/status/dns</c>.</summary>
    public IEnumerable<(string Name, long Count)> Counts =>
    [
        ("runs", Volatile.Read(ref _hits) + Volatile.Read(ref _stale) + Volatile.Read(ref _misses)),
        ("hit_lru", Volatile.Read(ref _hits)),
        ("stale", Volatile.Read(ref _stale)),
        ("miss", Volatile.Read(ref _misses)),
        ("query_succ", Volatile.Read(ref _found)),
        ("query_fail_nx", Volatile.Read(ref _missing)),
        ("query_fail_err", Volatile.Read(ref _failed)),
    ];

    /// <summary>Counts an answer that was known.</summary>
    public void CountHit() => Interlocked.Increment(ref _hits);

    /// <summary>Counts an old answer that served on.</summary>
    public void CountStale() => Interlocked.Increment(ref _stale);

    /// <summary>Counts one who had to wait.</summary>
    public void CountMiss() => Interlocked.Increment(ref _misses);

    /// <summary>Counts a lookup.</summary>
    /// <param name="found">What came of it.</param>
    public void CountQuery(LookupResult found) => Interlocked.Increment(ref found.Records.Count > 0 ? ref _found : ref found.Failure is null ? ref _missing : ref _failed);

    /// <summary>Takes an answer in.</summary>
    /// <param name="records">The answer.</param>
    /// <param name="staleUntil">Until when it may serve.</param>
    /// <param name="last">The type of its records.</param>
    public void Set(NameRecords records, long staleUntil, DnsOrder? last)
    {
        Last = last;
        Volatile.Write(ref _staleUntil, staleUntil);
        _records = records;
    }

    /// <summary>Begins a lookup, or joins the one that runs.</summary>
    /// <param name="ask">Looks up.</param>
    public Task<NameRecords> Ask(Func<Task<NameRecords>> ask)
    {
        lock (_lock)
        {
            return _asking is { IsCompleted: false } ? _asking : _asking = Task.Run(ask);
        }
    }
}
