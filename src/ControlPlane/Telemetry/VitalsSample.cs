using System.Text.Json.Nodes;
using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>What one data plane, or all of them together, did within one second.</summary>
internal sealed record VitalsSample
{
    public required long At { get; init; }

    /// <summary>The requests by class of status: 1xx, 2xx, 3xx, 4xx, 5xx.</summary>
    public IReadOnlyList<long> ByClass { get; init; } = [0, 0, 0, 0, 0];

    public double P50 { get; init; }

    public double P95 { get; init; }

    public double P99 { get; init; }

    public long Connections { get; init; }

    public long MemoryBytes { get; init; }

    /// <summary>Adds up what nodes reported; percentiles come from the added counts, for percentiles themselves cannot be added.</summary>
    public static VitalsSample Sum(long at, IEnumerable<NodeVitals> reports)
    {
        var classes = new long[5];
        var latency = new long[LatencyBuckets.Count];
        foreach (var report in reports)
        {
            classes[0] += report.Informational;
            classes[1] += report.Successful;
            classes[2] += report.Redirected;
            classes[3] += report.ClientErrors;
            classes[4] += report.ServerErrors;
            report.AddLatencyTo(latency);
        }

        return new VitalsSample
        {
            At = at,
            ByClass = classes,
            P50 = LatencyBuckets.Percentile(latency, 0.50),
            P95 = LatencyBuckets.Percentile(latency, 0.95),
            P99 = LatencyBuckets.Percentile(latency, 0.99),
        };
    }

    public JsonObject Render() => new()
    {
        ["at"] = At,
        ["requests"] = ByClass.Sum(),
        ["r1xx"] = ByClass[0],
        ["r2xx"] = ByClass[1],
        ["r3xx"] = ByClass[2],
        ["r4xx"] = ByClass[3],
        ["r5xx"] = ByClass[4],
        ["latency_p50_ms"] = P50,
        ["latency_p95_ms"] = P95,
        ["latency_p99_ms"] = P99,
        ["connections"] = Connections,
        ["memory_bytes"] = MemoryBytes,
    };
}
