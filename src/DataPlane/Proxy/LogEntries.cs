using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Tls;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Logs;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Gateway.DataPlane.Proxy;

/// <summary>Makes the log entries of exchanges that are over.</summary>
internal static class LogEntries
{
    private const string Hidden = "REDACTED";
    private static readonly HashSet<string> _secrets = new(["Authorization", "Proxy-Authorization"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the entry of an exchange.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="sent">The bytes of the answer's body.</param>
    /// <param name="workspace">The workspace that it belongs to, or null.</param>
    public static LogEntry Of(HttpExchange exchange, long sent, Guid? workspace)
    {
        var now = Stopwatch.GetTimestamp();
        var entry = new JsonObject
        {
            ["source"] = exchange.UpstreamStatus is 0 ? "kong" : "upstream",
            ["client_ip"] = exchange.ClientIp.ToString(),
            ["started_at"] = EpochMilliseconds(exchange.Started, now),
            ["latencies"] = Latencies(exchange, now),
            ["request"] = Request(exchange),
            ["response"] = Response(exchange.Http.Response, sent),
            ["upstream_uri"] = exchange.Route is null ? string.Empty : exchange.UpstreamPath + (exchange.Query is { Length: > 0 } query ? "?" + query : string.Empty),
            ["upstream_status"] = UpstreamStatus(exchange),
            ["workspace_name"] = "default",
        };
        if (workspace is { } id)
        {
            entry["workspace"] = id.ToString();
        }

        Put(entry, "route", exchange.Route, workspace);
        Put(entry, "service", exchange.Service, workspace);
        Put(entry, "consumer", exchange.Consumer, workspace: null);
        if (exchange.Credential is { } credential)
        {
            entry["authenticated_entity"] = new JsonObject { ["id"] = credential.Id.ToString() };
        }

        if (exchange.Route is not null)
        {
            entry["tries"] = new JsonArray([.. (exchange.Tries ?? []).Select(t => Try(t, now))]);
        }

        return new LogEntry(entry);
    }

    private static JsonObject Latencies(HttpExchange exchange, long now)
    {
        var total = HttpExchange.Milliseconds(exchange.Started, now);
        var proxy = exchange.HandedOver is 0 ? -1 : HttpExchange.Milliseconds(exchange.HandedOver, exchange.UpstreamAnswered is 0 ? now : exchange.UpstreamAnswered);
        var receive = exchange is { UpstreamStatus: not 0, UpstreamAnswered: not 0 } ? HttpExchange.Milliseconds(exchange.UpstreamAnswered, now) : 0;
        return new JsonObject { ["request"] = total, ["kong"] = Math.Max(0, total - Math.Max(proxy, 0) - receive), ["proxy"] = proxy, ["receive"] = receive };
    }

    private static JsonObject Request(HttpExchange exchange)
    {
        var request = exchange.Http.Request;
        var target = exchange.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var line = request.Method.Length + target.Length + request.Protocol.Length + 4;
        var entry = new JsonObject
        {
            ["id"] = exchange.RequestId,
            ["method"] = request.Method,
            ["uri"] = target,
            ["url"] = $"{request.Scheme}://{request.Host.Host}:{exchange.Port}{target}",
            ["size"] = line + Size(request.Headers) + 2 + (request.ContentLength ?? 0),
            ["querystring"] = Query(exchange),
            ["headers"] = Headers(request.Headers),
        };
        if (exchange.Http.Features.Get<ITlsHandshakeFeature>() is { } tls)
        {
            entry["tls"] = new JsonObject
            {
                ["version"] = CipherSuites.NameOf(tls.Protocol),
                ["cipher"] = tls.NegotiatedCipherSuite is { } suite ? CipherSuites.NameOf(suite) : null,
                ["client_verify"] = exchange.ClientVerification?.Text ?? "NONE",
            };
        }

        return entry;
    }

    private static JsonObject Response(HttpResponse response, long sent) => new()
    {
        ["status"] = response.StatusCode,
        ["size"] = "HTTP/1.1 200 OK\r\n\r\n".Length + Size(response.Headers) + sent,
        ["headers"] = Headers(response.Headers),
    };

    private static string UpstreamStatus(HttpExchange exchange)
    {
        var failed = (exchange.Tries ?? []).Where(t => t.Failure is not null).Select(t => t.Failure!.Value);
        return string.Join(", ", exchange.UpstreamStatus is 0 ? failed : failed.Append(exchange.UpstreamStatus));
    }

    /// <summary>A try to reach an upstream.</summary>
    /// <param name="tried">The try.</param>
    /// <param name="now">The moment, in ticks of <see cref="Stopwatch"/>.</param>
    public static JsonObject Try(UpstreamTry tried, long now)
    {
        var started = EpochMilliseconds(tried.Started, now);
        var entry = new JsonObject
        {
            ["ip"] = tried.Address,
            ["port"] = tried.Port,
            ["balancer_start"] = started,
            ["balancer_start_ns"] = started * 1e6,
            ["balancer_latency"] = HttpExchange.Milliseconds(0, tried.Choosing),
            ["balancer_latency_ns"] = (long)(tried.Choosing * 1e9 / Stopwatch.Frequency),
        };
        if (tried.Failure is { } status)
        {
            entry["state"] = "failed";
            entry["code"] = status;
        }

        return entry;
    }

    private static JsonObject Query(HttpExchange exchange)
    {
        var target = exchange.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var arguments = QueryArguments.Parse(question < 0 ? null : target[(question + 1)..]);
        return new JsonObject(arguments.Names.Select(n => KeyValuePair.Create(n, arguments[n] is [var only] ? Value(only) : new JsonArray([.. arguments[n]!.Select(Value)]))));

        static JsonNode? Value(string? value) => value is null ? true : value;
    }

    private static JsonObject Headers(IHeaderDictionary headers)
    {
        var entry = new JsonObject();
        foreach (var (name, values) in headers)
        {
            entry[name.ToLowerInvariant()] = _secrets.Contains(name) ? Hidden : values.Count is 1 ? values.ToString() : new JsonArray([.. values.Select(v => (JsonNode?)v)]);
        }

        return entry;
    }

    private static long Size(IHeaderDictionary headers) => headers.Sum(h => h.Value.Sum(v => h.Key.Length + (v?.Length ?? 0) + 4L));

    /// <summary>Adds an entity as it is configured, without what is not set.</summary>
    /// <typeparam name="T">The entity's type.</typeparam>
    /// <param name="entry">The entry.</param>
    /// <param name="name">The field.</param>
    /// <param name="entity">The entity; null adds nothing.</param>
    /// <param name="workspace">The workspace that is told with it, or null.</param>
    public static void Put<T>(JsonObject entry, string name, T? entity, Guid? workspace)
        where T : class
    {
        if (entity is null)
        {
            return;
        }

        var told = EntityView.Of(entity);
        if (workspace is { } id)
        {
            told["ws_id"] = id.ToString();
        }

        entry[name] = told;
    }

    /// <summary>A moment as Unix milliseconds.</summary>
    /// <param name="then">The moment, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="now">The present one.</param>
    public static long EpochMilliseconds(long then, long now) => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - HttpExchange.Milliseconds(then, now);
}
