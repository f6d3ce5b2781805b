using System.Text.Json.Serialization;

namespace Gateway.Sync.Telemetry;

/// <summary>What went over one route to one service within one second.</summary>
public sealed record RouteVitals
{
    /// <summary>The route.</summary>
    public Guid Id { get; init; }

    /// <summary>The service that it led to; null when it led to none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Service { get; init; }

    /// <summary>The answers of the upstream by status, as <see cref="PackedCounts"/>.</summary>
    public IReadOnlyList<long> Codes { get; init; } = [];

    /// <summary>The gateway's own answers by status, as <see cref="PackedCounts"/>.</summary>
    public IReadOnlyList<long> Own { get; init; } = [];

    /// <summary>How long requests took in all, by bucket of <see cref="LatencyBuckets"/>, as <see cref="PackedCounts"/>.</summary>
    public IReadOnlyList<long> Latency { get; init; } = [];

    /// <summary>How long the upstream took to begin its answer, likewise.</summary>
    public IReadOnlyList<long> Upstream { get; init; } = [];

    /// <summary>How long the gateway itself took before a request went upstream, likewise.</summary>
    public IReadOnlyList<long> Gateway { get; init; } = [];

    internal bool IsPlausible => PackedCounts.IsPlausible(Codes) && PackedCounts.IsPlausible(Own) && PackedCounts.IsPlausible(Latency)
        && PackedCounts.IsPlausible(Upstream) && PackedCounts.IsPlausible(Gateway);
}

/// <summary>What one consumer asked for within one second.</summary>
public sealed record ConsumerVitals
{
    /// <summary>The consumer.</summary>
    public Guid Id { get; init; }

    /// <summary>The answers by status, as <see cref="PackedCounts"/>.</summary>
    public IReadOnlyList<long> Codes { get; init; } = [];

    /// <summary>How long requests took in all, by bucket of <see cref="LatencyBuckets"/>, as <see cref="PackedCounts"/>.</summary>
    public IReadOnlyList<long> Latency { get; init; } = [];

    internal bool IsPlausible => PackedCounts.IsPlausible(Codes) && PackedCounts.IsPlausible(Latency);
}
