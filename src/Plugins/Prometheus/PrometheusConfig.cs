using Gateway.Schema;

namespace Gateway.Plugins.Prometheus;

/// <summary>Which metrics are kept.</summary>
public sealed record PrometheusConfig : IPluginConfig<PrometheusConfig>
{
    /// <summary>Whether counters are kept for each consumer.</summary>
    public bool? PerConsumer { get; init; } = false;

    /// <summary>Whether requests are counted by status.</summary>
    public bool? StatusCodeMetrics { get; init; } = false;

    /// <summary>Whether requests to models are counted.</summary>
    public bool? AiMetrics { get; init; } = false;

    /// <summary>Whether latencies are kept.</summary>
    public bool? LatencyMetrics { get; init; } = false;

    /// <summary>Whether octets are counted.</summary>
    public bool? BandwidthMetrics { get; init; } = false;

    /// <summary>Whether the health of targets is told.</summary>
    public bool? UpstreamHealthMetrics { get; init; } = false;

    /// <summary>Whether metrics of filters are kept.</summary>
    public bool? WasmMetrics { get; init; } = false;
}
