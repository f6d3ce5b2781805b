using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Where the reports of data planes come in, whichever way they took.</summary>
public sealed class TelemetryIntake
{
    private readonly Vitals _vitals;
    private readonly RequestTail _tail;
    private readonly ClusterMetrics _metrics;

    internal TelemetryIntake(Vitals vitals, RequestTail tail, ClusterMetrics metrics) => (_vitals, _tail, _metrics) = (vitals, tail, metrics);

    /// <summary>Takes in what a data plane did within a second.</summary>
    /// <param name="node">The data plane.</param>
    /// <param name="hostname">The name of its machine.</param>
    /// <param name="report">What it did.</param>
    public void Record(Guid node, string hostname, NodeVitals report)
    {
        _vitals.Record(node, hostname, report);
        _metrics.Record(node, report);
        if (report.Samples is { } samples)
        {
            _tail.Record(node, hostname, samples);
        }
    }
}
