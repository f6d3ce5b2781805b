using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Sync.Telemetry;

/// <summary>What one data plane did within one second; sent to the control plane as JSON.</summary>
public sealed record NodeVitals
{
    /// <summary>The largest report that a control plane takes, in bytes.</summary>
    public const int MaxMessage = 1024 * 1024;

    /// <summary>The end of the second, in Unix seconds.</summary>
    public long At { get; init; }

    /// <summary>Requests answered with 1xx.</summary>
    [JsonPropertyName("r1xx")]
    public long Informational { get; init; }

    /// <summary>Requests answered with 2xx.</summary>
    [JsonPropertyName("r2xx")]
    public long Successful { get; init; }

    /// <summary>Requests answered with 3xx.</summary>
    [JsonPropertyName("r3xx")]
    public long Redirected { get; init; }

    /// <summary>Requests answered with 4xx.</summary>
    [JsonPropertyName("r4xx")]
    public long ClientErrors { get; init; }

    /// <summary>Requests answered with 5xx.</summary>
    [JsonPropertyName("r5xx")]
    public long ServerErrors { get; init; }

    /// <summary>Connections of clients that are open at the end of the second.</summary>
    public long Connections { get; init; }

    /// <summary>Memory of the process at the end of the second.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The streams since the node's start; null when there were none, or the node does not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StreamTotals? Streams { get; init; }

    /// <summary>The requests per bucket of <see cref="LatencyBuckets"/>, as <see cref="PackedCounts"/>.</summary>
    public IReadOnlyList<long> Latency { get; init; } = [];

    /// <summary>Why the newest configuration that was pushed is not in use; null when it is.</summary>
    public string? ConfigError { get; init; }

    /// <summary>The same by entity and field; null when the newest configuration is in use, or the node does not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConfigRejection? Rejection { get; init; }

    /// <summary>The upstreams whose health changed, and some that have not been told of for a while; null when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<UpstreamHealth>? Upstreams { get; init; }

    /// <summary>The routes that were used; null when there are none, or the node does not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RouteVitals>? Routes { get; init; }

    /// <summary>The consumers who asked for something; null when there are none, or the node does not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ConsumerVitals>? Consumers { get; init; }

    /// <summary>Some of the requests; null when there are none, or the node does not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RequestSample>? Samples { get; init; }

    /// <summary>All requests of the second.</summary>
    [JsonIgnore]
    public long Requests => Informational + Successful + Redirected + ClientErrors + ServerErrors;

    private bool IsPlausible =>
        PackedCounts.IsPlausible(Latency)
        && new[] { At, Informational, Successful, Redirected, ClientErrors, ServerErrors, Connections, MemoryBytes / 1024 }.All(PackedCounts.IsCount)
        && (Streams is null || new[] { Streams.Sessions, Streams.Received / 1024, Streams.Sent / 1024 }.All(PackedCounts.IsCount))
        && Upstreams?.All(u => u is { Targets: not null } && u.Targets.All(IsWhole)) is not false
        && Rejection is null or { Message: not null }
        && Routes?.All(r => r is { IsPlausible: true }) is not false
        && Consumers?.All(c => c is { IsPlausible: true }) is not false
        && Samples?.All(s => s is { IsPlausible: true }) is not false;

    private static bool IsWhole(TargetHealth? target) =>
        target is { Host: not null, Dns: not null, Weight: not null, Addresses: not null } && target.Addresses.All(a => a is { Ip: not null });

    /// <summary>The message as the data plane sends it.</summary>
    public byte[] ToMessage() => JsonSerializer.SerializeToUtf8Bytes(this, TelemetryJson.Default.NodeVitals);

    /// <summary>Reads what a data plane sent; null when it is not such a message.</summary>
    /// <param name="message">The payload of the frame.</param>
    public static NodeVitals? Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            var vitals = JsonSerializer.Deserialize(message, TelemetryJson.Default.NodeVitals);
            return vitals?.IsPlausible is true ? vitals : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>TCP connections and UDP sessions that ended since a node's start.</summary>
/// <param name="Sessions">How many.</param>
/// <param name="Received">The octets that came from clients.</param>
/// <param name="Sent">The octets that went to clients.</param>
public sealed record StreamTotals(long Sessions, long Received, long Sent);

/// <summary>Why a configuration is not in use.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Entity">The entity that is wrong, such as <c>routes 5f0c...</c>; null when the document as a whole is.</param>
/// <param name="Field">The field that is wrong, or null.</param>
public sealed record ConfigRejection(string Message, string? Entity, string? Field);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NodeVitals))]
internal sealed partial class TelemetryJson : JsonSerializerContext;
