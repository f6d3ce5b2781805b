using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gateway.Manager.AdminApi;
using Microsoft.Extensions.Logging;

namespace Gateway.Manager.Live;

/// <summary>The traffic of one second.</summary>
/// <param name="At">The second, in Unix time.</param>
/// <param name="Requests">Requests answered in it.</param>
/// <param name="ClientErrors">How many were answered with 4xx.</param>
/// <param name="ServerErrors">How many were answered with 5xx.</param>
/// <param name="P50">The median latency in milliseconds.</param>
/// <param name="P95">The latency that 95 % stay under.</param>
/// <param name="P99">The latency that 99 % stay under.</param>
/// <param name="Connections">Open client connections.</param>
public sealed record VitalsPoint(
    [property: JsonPropertyName("at")] long At,
    [property: JsonPropertyName("requests")] double Requests,
    [property: JsonPropertyName("r4")] double ClientErrors,
    [property: JsonPropertyName("r5")] double ServerErrors,
    [property: JsonPropertyName("p50")] double? P50,
    [property: JsonPropertyName("p95")] double? P95,
    [property: JsonPropertyName("p99")] double? P99,
    [property: JsonPropertyName("connections")] double Connections)
{
    /// <summary>A step in which nothing happened.</summary>
    /// <param name="at">Its end.</param>
    public static VitalsPoint Quiet(long at) => new(at, 0, 0, 0, null, null, null, 0);

    /// <summary>Reads a step as the Admin API tells it.</summary>
    public static VitalsPoint From(JsonObject point) => new(
        (long)Number(point["at"]),
        Number(point["requests"]),
        Number(point["r4xx"]),
        Number(point["r5xx"]),
        Latency(point, "latency_p50_ms"),
        Latency(point, "latency_p95_ms"),
        Latency(point, "latency_p99_ms"),
        Number(point["connections"]));

    internal static double Number(JsonNode? value) => value is JsonValue number && number.TryGetValue<double>(out var d) ? d : 0;

    // A step without requests has no latency: zero would be a lie.
    private static double? Latency(JsonObject point, string name) =>
        Number(point["requests"]) > 0 && point[name] is JsonValue number && number.TryGetValue<double>(out var d) ? d : null;
}

/// <summary>The last quarter of an hour, and each node's latest second.</summary>
/// <param name="Points">One per second, oldest first.</param>
/// <param name="Nodes">Requests per second by node id.</param>
public sealed record VitalsPicture(ImmutableList<VitalsPoint> Points, ImmutableDictionary<string, double> Nodes);

/// <summary>The traffic of all data planes, second by second.</summary>
public sealed class VitalsFeed(AdminClient admin, ManagerOptions options, ILogger<VitalsFeed> logger)
    : LiveFeed<VitalsPicture, VitalsPicture>(admin, options, logger)
{
    /// <summary>How many seconds are kept.</summary>
    public const int Window = 900;

    /// <inheritdoc />
    protected override string Path => "vitals/live";

    /// <inheritdoc />
    protected override VitalsPicture Empty { get; } = new([], ImmutableDictionary<string, double>.Empty);

    /// <inheritdoc />
    protected override (VitalsPicture State, VitalsPicture Change) Apply(VitalsPicture state, string name, JsonObject data)
    {
        var points = state.Points;
        if (data["points"] is JsonArray history)
        {
            points = [.. history.OfType<JsonObject>().Select(VitalsPoint.From).Where(point => point.At > 0)];
        }

        if (data["total"] is JsonObject total && VitalsPoint.Number(data["at"]) is > 0 and var at && (points.IsEmpty || points[^1].At < at))
        {
            points = points.Add(VitalsPoint.From(total) with { At = (long)at });
        }

        if (points.Count > Window)
        {
            points = points.RemoveRange(0, points.Count - Window);
        }

        var nodes = data["nodes"] is JsonArray rows
            ? rows.OfType<JsonObject>().Where(node => node["id"] is not null).DistinctBy(node => (string)node["id"]!).ToImmutableDictionary(node => (string)node["id"]!, node => VitalsPoint.Number(node["requests"]))
            : state.Nodes;
        var picture = new VitalsPicture(points, nodes);
        return (picture, picture);
    }
}
