using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Statsd;

/// <summary>One metric.</summary>
public sealed record StatsdMetric : IDeclared<StatsdMetric>
{
    /// <summary>The measure.</summary>
    [OneOf("kong_latency", "latency", "request_count", "request_per_user", "request_size", "response_size", "status_count", "status_count_per_user", "unique_users", "upstream_latency", "status_count_per_workspace", "status_count_per_user_per_route", "shdict_usage")]
    public required string Name { get; init; }

    /// <summary>The kind of statistic.</summary>
    [OneOf("counter", "gauge", "histogram", "meter", "set", "timer")] public required string StatType { get; init; }

    /// <summary>The share of requests that is measured.</summary>
    [GreaterThan(0)] public double? SampleRate { get; init; }

    /// <summary>How consumers are named.</summary>
    [OneOf("consumer_id", "custom_id", "username")] public string? ConsumerIdentifier { get; init; }

    /// <summary>How services are named.</summary>
    [OneOf("service_id", "service_name", "service_host", "service_name_or_host")] public string? ServiceIdentifier { get; init; }

    /// <summary>How workspaces are named.</summary>
    [OneOf("workspace_id", "workspace_name")] public string? WorkspaceIdentifier { get; init; }

    static IReadOnlyList<Check> IDeclared<StatsdMetric>.Checks =>
    [
        When<StatsdMetric>.Field(m => m.StatType).IsAnyOf("counter", "gauge").ThenRequired(m => m.SampleRate),
    ];
}
