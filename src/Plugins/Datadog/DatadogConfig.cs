using Gateway.Entities;
using Gateway.PluginSdk.Batching;
using Gateway.Schema;

namespace Gateway.Plugins.Datadog;

/// <summary>Which metrics are sent, and where.</summary>
public sealed record DatadogConfig : IPluginConfig<DatadogConfig>
{
    /// <summary>The host.</summary>
    [Host, Referenceable] public string? Host { get; init; } = "localhost";

    /// <summary>The port.</summary>
    [Port] public int? Port { get; init; } = 8125;

    /// <summary>What all names begin with.</summary>
    public string? Prefix { get; init; } = "kong";

    /// <summary>The tag that names the service.</summary>
    public string? ServiceNameTag { get; init; } = "name";

    /// <summary>The tag that names the status.</summary>
    public string? StatusTag { get; init; } = "status";

    /// <summary>The tag that names the consumer.</summary>
    public string? ConsumerTag { get; init; } = "consumer";

    /// <summary>Without effect; the queue has its own settings.</summary>
    [Deprecated("datadog: config.retry_count no longer works, please use config.queue.max_retry_time instead", OldDefault = 10)]
    public int? RetryCount { get; init; }

    /// <summary>The older name of <c>queue.max_batch_size</c>; any value but 1 takes its place.</summary>
    [Deprecated("datadog: config.queue_size is deprecated, please use config.queue.max_batch_size instead", OldDefault = 1)]
    public int? QueueSize { get; init; }

    /// <summary>The older name of <c>queue.max_coalescing_delay</c>; any value but 2 takes its place.</summary>
    [Deprecated("datadog: config.flush_timeout is deprecated, please use config.queue.max_coalescing_delay instead", OldDefault = 2)]
    public double? FlushTimeout { get; init; }

    /// <summary>How entries wait until they are sent.</summary>
    public QueueSettings Queue { get; init; } = new();

    /// <summary>What is measured.</summary>
    public IReadOnlyList<DatadogMetric> Metrics { get; init; } =
    [
        new() { Name = "request_count", StatType = "counter", SampleRate = 1, Tags = ["app:kong"], ConsumerIdentifier = "custom_id" },
        new() { Name = "latency", StatType = "timer", Tags = ["app:kong"], ConsumerIdentifier = "custom_id" },
        new() { Name = "request_size", StatType = "timer", Tags = ["app:kong"], ConsumerIdentifier = "custom_id" },
        new() { Name = "response_size", StatType = "timer", Tags = ["app:kong"], ConsumerIdentifier = "custom_id" },
        new() { Name = "upstream_latency", StatType = "timer", Tags = ["app:kong"], ConsumerIdentifier = "custom_id" },
        new() { Name = "kong_latency", StatType = "timer", Tags = ["app:kong"], ConsumerIdentifier = "custom_id" },
    ];
}
