using Gateway.Entities;
using Gateway.PluginSdk.Batching;
using Gateway.Schema;

namespace Gateway.Plugins.Statsd;

/// <summary>Which metrics are sent, and where.</summary>
public sealed record StatsdConfig : IPluginConfig<StatsdConfig>
{
    /// <summary>The host.</summary>
    [Host] public string? Host { get; init; } = "localhost";

    /// <summary>The port.</summary>
    [Port] public int? Port { get; init; } = 8125;

    /// <summary>What all names begin with.</summary>
    public string? Prefix { get; init; } = "kong";

    /// <summary>What is measured.</summary>
    public IReadOnlyList<StatsdMetric>? Metrics { get; init; } =
    [
        new() { Name = "request_count", StatType = "counter", SampleRate = 1 },
        new() { Name = "latency", StatType = "timer" },
        new() { Name = "request_size", StatType = "counter", SampleRate = 1 },
        new() { Name = "status_count", StatType = "counter", SampleRate = 1 },
        new() { Name = "response_size", StatType = "counter", SampleRate = 1 },
        new() { Name = "unique_users", StatType = "set" },
        new() { Name = "request_per_user", StatType = "counter", SampleRate = 1 },
        new() { Name = "upstream_latency", StatType = "timer" },
        new() { Name = "kong_latency", StatType = "timer" },
        new() { Name = "status_count_per_user", StatType = "counter", SampleRate = 1 },
        new() { Name = "status_count_per_workspace", StatType = "counter", SampleRate = 1 },
        new() { Name = "status_count_per_user_per_route", StatType = "counter", SampleRate = 1 },
        new() { Name = "shdict_usage", StatType = "gauge", SampleRate = 1 },
    ];

    /// <summary>Ranges of statuses that are measured, as 200-299; null is all.</summary>
    [Match("^[0-9]+-[0-9]+$")] public IReadOnlyList<string>? AllowStatusCodes { get; init; }

    /// <summary>How large a datagram with several metrics may be, in bytes; 0 sends each alone.</summary>
    [Between(0, 65507)] public double? UdpPacketSize { get; init; } = 0;

    /// <summary>Whether TCP is used in place of UDP.</summary>
    public bool? UseTcp { get; init; } = false;

    /// <summary>Whether the prefix names the host.</summary>
    public bool? HostnameInPrefix { get; init; } = false;

    /// <summary>How consumers are named.</summary>
    [OneOf("consumer_id", "custom_id", "username")] public string ConsumerIdentifierDefault { get; init; } = "custom_id";

    /// <summary>How services are named.</summary>
    [OneOf("service_id", "service_name", "service_host", "service_name_or_host")]
    public string ServiceIdentifierDefault { get; init; } = "service_name_or_host";

    /// <summary>How workspaces are named.</summary>
    [OneOf("workspace_id", "workspace_name")] public string WorkspaceIdentifierDefault { get; init; } = "workspace_id";

    /// <summary>Without effect; the queue has its own settings.</summary>
    [Deprecated("statsd: config.retry_count no longer works, please use config.queue.max_retry_time instead", OldDefault = 10)]
    public int? RetryCount { get; init; }

    /// <summary>The older name of <c>queue.max_batch_size</c>; any value but 1 takes its place.</summary>
    [Deprecated("statsd: config.queue_size is deprecated, please use config.queue.max_batch_size instead", OldDefault = 1)]
    public int? QueueSize { get; init; }

    /// <summary>The older name of <c>queue.max_coalescing_delay</c>; any value but 2 takes its place.</summary>
    [Deprecated("statsd: config.flush_timeout is deprecated, please use config.queue.max_coalescing_delay instead", OldDefault = 2)]
    public double? FlushTimeout { get; init; }

    /// <summary>The style of tags; null has none.</summary>
    [OneOf("dogstatsd", "influxdb", "librato", "signalfx"), Shows(Shown.NotRequired)] public string? TagStyle { get; init; }

    /// <summary>How entries wait until they are sent.</summary>
    public QueueSettings Queue { get; init; } = new();
}
