using System.Text.Json.Nodes;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>What happened within one step of time, as it is shown.</summary>
/// <remarks>A structure, for a node keeps some hundred thousand of them.</remarks>
internal readonly record struct VitalsSample
{
    /// <summary>The end of the step, in Unix seconds.</summary>
    public long At { get; init; }

    public long Informational { get; init; }

    public long Successful { get; init; }

    public long Redirected { get; init; }

    public long ClientErrors { get; init; }

    public long ServerErrors { get; init; }

    public double P50 { get; init; }

    public double P95 { get; init; }

    public double P99 { get; init; }

    public long Connections { get; init; }

    public long MemoryBytes { get; init; }

    /// <summary>All requests.</summary>
    public long Requests => Informational + Successful + Redirected + ClientErrors + ServerErrors;

    public JsonObject Render(SeriesKind kind)
    {
        var json = new JsonObject
        {
            ["at"] = At,
            ["requests"] = Requests,
            ["r1xx"] = Informational,
            ["r2xx"] = Successful,
            ["r3xx"] = Redirected,
            ["r4xx"] = ClientErrors,
            ["r5xx"] = ServerErrors,
            ["latency_p50_ms"] = P50,
            ["latency_p95_ms"] = P95,
            ["latency_p99_ms"] = P99,
        };
        if (kind is SeriesKind.Cluster or SeriesKind.Node)
        {
            json["connections"] = Connections;
            json["memory_bytes"] = MemoryBytes;
        }

        return json;
    }
}
