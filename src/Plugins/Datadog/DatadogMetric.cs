using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Datadog;

/// <summary>One metric.</summary>
public sealed record DatadogMetric : IDeclared<DatadogMetric>
{
    /// <summary>The measure.</summary>
    [OneOf("kong_latency", "latency", "request_count", "request_size", "response_size", "upstream_latency")]
    public required string Name { get; init; }

    /// <summary>The kind of statistic.</summary>
    [OneOf("counter", "gauge", "histogram", "meter", "set", "timer", "distribution")] public required string StatType { get; init; }

    /// <summary>Tags of this measure.</summary>
    [Match("^.*[^:]$")] public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The share of requests that is measured.</summary>
    [Between(0, 1)] public double? SampleRate { get; init; }

    /// <summary>How consumers are named.</summary>
    [OneOf("consumer_id", "custom_id", "username")] public string? ConsumerIdentifier { get; init; }

    static IReadOnlyList<Check> IDeclared<DatadogMetric>.Checks =>
    [
        When<DatadogMetric>.Field(m => m.StatType).IsAnyOf("counter", "gauge").ThenRequired(m => m.SampleRate),
    ];
}
