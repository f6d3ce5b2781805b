using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Sync.Telemetry;

/// <summary>What one data plane did within one second; sent to the control plane as JSON.</summary>
public sealed record NodeVitals
{
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

    /// <summary>The requests per bucket of <see cref="LatencyBuckets"/>: alternately a bucket's index and its count, empty ones left out.</summary>
    public IReadOnlyList<long> Latency { get; init; } = [];

    /// <summary>Why the newest configuration that was pushed is not in use; null when it is.</summary>
    public string? ConfigError { get; init; }

    /// <summary>The upstreams whose health changed, and some that have not been told of for a while; null when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<UpstreamHealth>? Upstreams { get; init; }

    /// <summary>All requests of the second.</summary>
    [JsonIgnore]
    public long Requests => Informational + Successful + Redirected + ClientErrors + ServerErrors;

    /// <summary>The counts per bucket in the short form of <see cref="Latency"/>.</summary>
    /// <param name="counts">The requests per bucket.</param>
    public static IReadOnlyList<long> Pack(ReadOnlySpan<long> counts)
    {
        var packed = new List<long>();
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                packed.Add(i);
                packed.Add(counts[i]);
            }
        }

        return packed;
    }

    /// <summary>Adds this second's latencies to counts per bucket.</summary>
    /// <param name="counts">One number for each bucket.</param>
    public void AddLatencyTo(Span<long> counts)
    {
        for (var i = 0; i + 1 < Latency.Count; i += 2)
        {
            if (Latency[i] >= 0 && Latency[i] < counts.Length)
            {
                counts[(int)Latency[i]] += Latency[i + 1];
            }
        }
    }

    // Numbers that no node can count to within a second; sums over all nodes stay far from overflowing.
    private const long Implausible = 1_000_000_000_000;

    private bool IsPlausible =>
        Latency is not null && Latency.Count <= 2 * LatencyBuckets.Count && Latency.All(IsCount)
        && new[] { At, Informational, Successful, Redirected, ClientErrors, ServerErrors, Connections, MemoryBytes / 1024 }.All(IsCount)
        && Upstreams?.All(u => u is { Targets: not null } && u.Targets.All(IsWhole)) is not false;

    private static bool IsWhole(TargetHealth? target) =>
        target is { Host: not null, Dns: not null, Weight: not null, Addresses: not null } && target.Addresses.All(a => a is { Ip: not null });

    private static bool IsCount(long number) => number is >= 0 and < Implausible;

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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NodeVitals))]
internal sealed partial class TelemetryJson : JsonSerializerContext;
