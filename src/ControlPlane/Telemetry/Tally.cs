using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Adds up what belongs to one series and one step of time.</summary>
internal sealed class Tally
{
    private readonly long[] _classes = new long[5];
    private readonly long[] _latency = new long[LatencyBuckets.Count];

    /// <summary>The requests by class of status: 1xx, 2xx, 3xx, 4xx, 5xx.</summary>
    public IReadOnlyList<long> Classes => _classes;

    /// <summary>The requests per bucket of <see cref="LatencyBuckets"/>.</summary>
    public ReadOnlySpan<long> Latency => _latency;

    /// <summary>The connections of clients: the most that were open at once.</summary>
    public long Connections { get; set; }

    /// <summary>The memory of the processes: the most that was used at once.</summary>
    public long MemoryBytes { get; set; }

    /// <summary>All requests.</summary>
    public long Requests => _classes.Sum();

    /// <summary>Adds what a node reported of itself.</summary>
    public void Add(NodeVitals report)
    {
        AddClasses([report.Informational, report.Successful, report.Redirected, report.ClientErrors, report.ServerErrors]);
        PackedCounts.AddTo(report.Latency, _latency);
        Connections = Math.Max(Connections, report.Connections);
        MemoryBytes = Math.Max(MemoryBytes, report.MemoryBytes);
    }

    /// <summary>Adds counts by status, as <see cref="PackedCounts"/>.</summary>
    public void AddCodes(IReadOnlyList<long> codes)
    {
        for (var i = 0; i + 1 < codes.Count; i += 2)
        {
            _classes[Math.Clamp((codes[i] / 100) - 1, 0, 4)] += codes[i + 1];
        }
    }

    /// <summary>Adds counts by class of status.</summary>
    public void AddClasses(IReadOnlyList<long> classes)
    {
        for (var i = 0; i < _classes.Length; i++)
        {
            _classes[i] += classes[i];
        }
    }

    /// <summary>Adds latencies, as <see cref="PackedCounts"/>.</summary>
    public void AddLatency(IReadOnlyList<long> packed) => PackedCounts.AddTo(packed, _latency);

    /// <summary>Adds a later part of a longer step; of what is no count, the highest stays.</summary>
    public void Add(Tally later)
    {
        AddClasses(later._classes);
        for (var i = 0; i < _latency.Length; i++)
        {
            _latency[i] += later._latency[i];
        }

        Connections = Math.Max(Connections, later.Connections);
        MemoryBytes = Math.Max(MemoryBytes, later.MemoryBytes);
    }

    /// <summary>The tally as it is shown; percentiles come from the added counts, for percentiles themselves cannot be added.</summary>
    /// <param name="at">The end of the step, in Unix seconds.</param>
    public VitalsSample ToSample(long at) => new()
    {
        At = at,
        Informational = _classes[0],
        Successful = _classes[1],
        Redirected = _classes[2],
        ClientErrors = _classes[3],
        ServerErrors = _classes[4],
        P50 = LatencyBuckets.Percentile(_latency, 0.50),
        P95 = LatencyBuckets.Percentile(_latency, 0.95),
        P99 = LatencyBuckets.Percentile(_latency, 0.99),
        Connections = Connections,
        MemoryBytes = MemoryBytes,
    };
}
