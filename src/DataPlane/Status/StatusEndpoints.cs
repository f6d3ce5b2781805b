using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Proxy;
using Gateway.DataPlane.Telemetry;
using Gateway.Hosting;
using Gateway.Schema;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Status;

/// <summary>The status listener: what the node does, and whether it wants requests.</summary>
/// <param name="ready">Whether it does.</param>
/// <param name="counters">What it does.</param>
/// <param name="upstreams">How the upstreams are.</param>
/// <param name="names">What happened to the names of upstreams.</param>
internal sealed class StatusEndpoints(ReadyState ready, TrafficCounters counters, UpstreamStatus upstreams, NameStatistics names)
{
    /// <summary>Whether a request came in on the status listener.</summary>
    /// <param name="http">The request.</param>
    public static bool IsFor(HttpContext http) => http.Features.Get<IStatusConnection>() is not null;

    /// <summary>Marks the connections of the status listener.</summary>
    /// <param name="next">What handles the connection.</param>
    /// <param name="connection">The connection.</param>
    public static Task Mark(ConnectionDelegate next, ConnectionContext connection)
    {
        connection.Features.Set<IStatusConnection>(StatusConnection.Instance);
        return next(connection);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="http">The request.</param>
    public Task HandleAsync(HttpContext http) => (http.Request.Path.Value?.TrimEnd('/'), http.Request.Method) switch
    {
        ("/status", "GET" or "HEAD") => TellAsync(http),
        ("/status/ready", "GET" or "HEAD") => ready.Reason is { } reason ? AnswerAsync(http, 503, reason) : AnswerAsync(http, 200, "ready"),
        ("/status/ready", "POST") => DrainAsync(http),
        ("/status/dns", "GET" or "HEAD") => names.Read() is { } statistics ? AnswerAsync(http, 200, statistics) : AnswerAsync(http, 501, "not implemented with the legacy DNS client"),
        ("/status" or "/status/dns", "OPTIONS") => AllowAsync(http, "GET, HEAD, OPTIONS"),
        ("/status/ready", "OPTIONS") => AllowAsync(http, "GET, HEAD, OPTIONS, POST"),
        ("/status" or "/status/ready" or "/status/dns", _) => AnswerAsync(http, 405, "Method not allowed"),
        (not null and var path, "GET" or "HEAD") when path.StartsWith("/upstreams/", StringComparison.Ordinal) => TellUpstreamAsync(http, path),
        _ => AnswerAsync(http, 404, "Not found"),
    };

    private static Task AllowAsync(HttpContext http, string methods)
    {
        http.Response.StatusCode = 204;
        http.Response.Headers.Server = Product.ServerToken;
        http.Response.Headers.Allow = methods;
        return Task.CompletedTask;
    }

    private async Task TellUpstreamAsync(HttpContext http, string path) => await (await upstreams.FindAsync(path[1..].Split('/'), http.Request.Query) is { } found
        ? AnswerAsync(http, 200, found)
        : AnswerAsync(http, 404, "Not found"));

    private Task TellAsync(HttpContext http)
    {
        var unit = http.Request.Query["unit"].ToString() is { Length: > 0 } u ? u : "m";
        if (unit.ToLowerInvariant() is not ("b" or "k" or "m" or "g"))
        {
            return AnswerAsync(http, 400, $"invalid unit '{unit}' (expected 'k/K', 'm/M', or 'g/G')");
        }

        var memory = GC.GetGCMemoryInfo();
        var scale = int.TryParse(http.Request.Query["scale"], NumberStyles.None, CultureInfo.InvariantCulture, out var digits) ? digits : 2;
        return AnswerAsync(http, 200, new JsonObject
        {
            ["memory"] = new JsonObject
            {
                // One worker: this process. Its heap stands where a worker's Lua VM stood.
                ["workers_lua_vms"] = new JsonArray(new JsonObject { ["pid"] = Environment.ProcessId, ["http_allocated_gc"] = Size(GC.GetTotalMemory(false), unit, scale) }),
                ["lua_shared_dicts"] = new JsonObject
                {
                    ["kong"] = new JsonObject { ["allocated_slabs"] = Size(memory.HeapSizeBytes, unit, scale), ["capacity"] = Size(memory.TotalAvailableMemoryBytes, unit, scale) },
                },
            },
            ["server"] = counters.Counts.Render(),
            ["configuration_hash"] = ready.Hash,
        });
    }

    private async Task DrainAsync(HttpContext http)
    {
        JsonNode? body = null;
        try
        {
            body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        }
        catch (JsonException)
        {
            // Judged below, like any other body that is not the one expected.
        }

        if (body is not JsonObject { Count: 1 } fields || Json.String(fields["status"]) is not "draining")
        {
            await AnswerAsync(http, 400, "invalid status, the only one that can be set is 'draining'");
            return;
        }

        ready.Drain();
        http.Response.StatusCode = 204;
    }

    private static Task AnswerAsync(HttpContext http, int status, string message) => AnswerAsync(http, status, new JsonObject { ["message"] = message });

    private static Task AnswerAsync(HttpContext http, int status, JsonObject body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Wire.Options);
        http.Response.StatusCode = status;
        http.Response.Headers.Server = Product.ServerToken;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    private static JsonValue Size(long bytes, string unit, int scale)
    {
        var divisor = unit.ToLowerInvariant() switch { "k" => 1024d, "m" => 1024 * 1024, "g" => 1024 * 1024 * 1024, _ => 0 };
        return divisor is 0
            ? JsonValue.Create(bytes)
            : JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"{(bytes / divisor).ToString("F" + Math.Clamp(scale, 0, 10), CultureInfo.InvariantCulture)} {char.ToUpperInvariant(unit[0])}iB"));
    }

    private interface IStatusConnection;

    private sealed class StatusConnection : IStatusConnection
    {
        public static StatusConnection Instance { get; } = new();
    }
}
