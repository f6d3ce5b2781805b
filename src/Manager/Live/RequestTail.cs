using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;

namespace Gateway.Manager.Live;

/// <summary>One request that a data plane picked out of many.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was answered.</param>
/// <param name="Host">The data plane's machine.</param>
/// <param name="Method">Its method.</param>
/// <param name="Target">Its path, with the names of the query.</param>
/// <param name="AskedHost">The host that was asked for.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Own">Whether the gateway answered itself.</param>
/// <param name="Client">The client's address.</param>
/// <param name="Route">The route's id, or null.</param>
/// <param name="Consumer">The consumer's id, or null.</param>
/// <param name="Latency">How long it took, in milliseconds.</param>
/// <param name="Gateway">How long until it went upstream, or null.</param>
/// <param name="Upstream">How long the upstream took to begin its answer, or null.</param>
public sealed record SampledRequest(
    string Id, DateTimeOffset At, string Host, string Method, string Target, string AskedHost, int Status, bool Own, string Client, string? Route, string? Consumer,
    double Latency, double? Gateway, double? Upstream)
{
    /// <summary>Reads a request of <c>/vitals/requests/live</c>.</summary>
    public static SampledRequest From(JsonObject row) => new(
        Text(row["id"]), DateTimeOffset.FromUnixTimeMilliseconds((long)(Number(row["at"]) ?? 0)), Text(row["hostname"]), Text(row["method"]), Text(row["path"]), Text(row["host"]),
        (int)(Number(row["status"]) ?? 0), Text(row["source"]) is "kong", Text(row["client_ip"]), Reference(row["route"]), Reference(row["consumer"]),
        Number(row["latency_ms"]) ?? 0, Number(row["latency_gateway_ms"]), Number(row["latency_upstream_ms"]));

    private static string Text(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var s) ? s : "";

    private static string? Reference(JsonNode? value) => value is JsonObject reference && Text(reference["id"]) is { Length: > 0 } id ? id : null;

    private static double? Number(JsonNode? value) => value is JsonValue number && number.TryGetValue<double>(out var d) ? d : null;
}

/// <summary>The requests that data planes pick, for as long as a page shows them.</summary>
/// <param name="admin">The Admin API.</param>
/// <param name="time">The clock.</param>
public sealed class RequestTail(AdminClient admin, TimeProvider time)
{
    /// <summary>The last requests and those after them, some at a time; null while the Admin API cannot tell. It ends where the Admin API has none.</summary>
    /// <param name="filter">The query of the stream, such as <c>service=5f0c...</c>; empty for all.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<IReadOnlyList<SampledRequest>?> WatchAsync(string filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (name, data) in AdminStream.ReadAsync(admin, $"vitals/requests/live?{filter}", time, cancellation))
        {
            yield return name is null ? null : data["data"] is JsonArray rows ? [.. rows.OfType<JsonObject>().Select(SampledRequest.From)] : [];
        }
    }
}
