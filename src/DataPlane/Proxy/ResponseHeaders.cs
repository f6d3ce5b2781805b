using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using Gateway.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>The headers that the gateway adds to answers.</summary>
internal static class ResponseHeaders
{
    private const string Via = "1.1 " + Product.ServerToken;
    private const string GrpcVia = "2 " + Product.ServerToken;

    private static readonly FrozenSet<string> _withCharset = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, ["text/plain", "text/html", "text/xml", "text/vnd.wap.wml", "application/javascript", "application/rss+xml"]);

    /// <summary>Adds them to an upstream's answer, or to the one that stands for its failure.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="options">The node's settings.</param>
    /// <param name="now">When the upstream's headers came, in ticks of <see cref="Stopwatch"/>.</param>
    public static void AddProxied(HttpExchange exchange, DataPlaneOptions options, long now)
    {
        var headers = exchange.ResponseHeaders;
        var wanted = options.AnswerHeaders;
        if (wanted.HasFlag(AnswerHeaders.Via))
        {
            var via = exchange.IsGrpc ? GrpcVia : Via;
            headers.Via = headers.Via.Count is 0 ? via : string.Concat(headers.Via.ToString(), ", ", via);
        }

        if (wanted.HasFlag(AnswerHeaders.Server) && headers.Server.Count is 0)
        {
            headers.Server = Product.ServerToken;
        }

        exchange.HashCookie?.AddTo(headers);
        if (wanted.HasFlag(AnswerHeaders.UpstreamLatency))
        {
            headers["X-Kong-Upstream-Latency"] = Text(HttpExchange.Milliseconds(exchange.HandedOver, now));
        }

        if (wanted.HasFlag(AnswerHeaders.ProxyLatency))
        {
            headers["X-Kong-Proxy-Latency"] = Text(HttpExchange.Milliseconds(exchange.Started, exchange.HandedOver));
        }

        if (wanted.HasFlag(AnswerHeaders.UpstreamStatus))
        {
            headers["X-Kong-Upstream-Status"] = Text(exchange.UpstreamStatus is 0 ? exchange.Http.Response.StatusCode : exchange.UpstreamStatus);
        }

        AddRequest(exchange, options);
    }

    /// <summary>Adds them to an answer of the gateway itself.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="options">The node's settings.</param>
    public static void AddOwn(HttpExchange exchange, DataPlaneOptions options)
    {
        var headers = exchange.ResponseHeaders;
        var wanted = options.AnswerHeaders;
        if (wanted.HasFlag(AnswerHeaders.Server))
        {
            headers.Server = Product.ServerToken;
        }
        else
        {
            headers.Remove("Server");
        }

        if (wanted.HasFlag(AnswerHeaders.ResponseLatency))
        {
            headers["X-Kong-Response-Latency"] = Text(HttpExchange.Milliseconds(exchange.Started, Stopwatch.GetTimestamp()));
        }

        AddRequest(exchange, options);
    }

    /// <summary>These types, when an answer names no charset, are told as UTF-8.</summary>
    /// <param name="type">The content type, or null.</param>
    public static string? WithCharset(string? type) => type is not null && _withCharset.Contains(type) ? type + "; charset=UTF-8" : type;

    private static void AddRequest(HttpExchange exchange, DataPlaneOptions options)
    {
        if (options.AnswerHeaders.HasFlag(AnswerHeaders.RequestId))
        {
            exchange.ResponseHeaders["X-Kong-Request-Id"] = exchange.RequestId;
        }

        AddDebug(exchange, options);
    }

    private static void AddDebug(HttpExchange exchange, DataPlaneOptions options)
    {
        if (!options.AllowDebugHeader || exchange.Route is not { } route || !exchange.RequestHeaders.ContainsKey("Kong-Debug"))
        {
            return;
        }

        Set(exchange.ResponseHeaders, "Kong-Route-Id", route.Id.ToString());
        Set(exchange.ResponseHeaders, "Kong-Route-Name", route.Name);
        Set(exchange.ResponseHeaders, "Kong-Service-Id", exchange.Service?.Id.ToString());
        Set(exchange.ResponseHeaders, "Kong-Service-Name", exchange.Service?.Name);
    }

    private static void Set(IHeaderDictionary headers, string name, string? value)
    {
        if (value is not null)
        {
            headers[name] = value;
        }
    }

    private static string Text(long milliseconds) => milliseconds.ToString(CultureInfo.InvariantCulture);
}
