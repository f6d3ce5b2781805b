using System.Collections.Concurrent;
using System.Globalization;
using Gateway.DataPlane.Upstreams;

namespace Gateway.DataPlane.Proxy;

/// <summary>Takes the headers of an upstream's request.</summary>
internal interface IHeaderSink
{
    /// <summary>Takes a header; one that cannot be sent is left out.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, one octet per character.</param>
    void Add(string name, string value);
}

/// <summary>The headers that the gateway itself writes to upstreams.</summary>
internal static class UpstreamHeaders
{
    // A plane listens on a handful of ports.
    private static readonly ConcurrentDictionary<int, string> _ports = new();

    /// <summary>The Host header.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="service">Where it goes.</param>
    /// <param name="peer">The peer of this try.</param>
    public static string Host(HttpExchange exchange, ServicePlan service, Peer peer) =>
        exchange.UpstreamHost is { } named ? named
        : exchange.RoutePlan!.PreserveHost && exchange.RequestHeaders.Host.Count > 0 ? exchange.RequestHeaders.Host.ToString() : service.Tls ? peer.HttpsHost : peer.HttpHost;

    /// <summary>Writes all of them but the Host.</summary>
    /// <typeparam name="TSink">A structure, so that nothing is allocated.</typeparam>
    /// <param name="exchange">The request.</param>
    /// <param name="options">The node's settings.</param>
    /// <param name="sink">Takes them.</param>
    public static void Write<TSink>(HttpExchange exchange, DataPlaneOptions options, TSink sink)
        where TSink : struct, IHeaderSink
    {
        var incoming = exchange.Http.Request;
        var origin = exchange.Origin;
        var client = exchange.RequestHeaders;
        sink.Add("X-Real-IP", origin.ClientText);
        sink.Add("X-Forwarded-For", origin.Hops(client["X-Forwarded-For"]));
        sink.Add("X-Forwarded-Proto", origin.Scheme(incoming));
        sink.Add("X-Forwarded-Host", origin.Host(incoming));
        sink.Add("X-Forwarded-Port", origin.Told(incoming, "X-Forwarded-Port") ?? PortText(exchange.Port));
        sink.Add("X-Forwarded-Path", origin.Told(incoming, "X-Forwarded-Path") ?? exchange.RawPath);
        if (origin.Told(incoming, "X-Forwarded-Prefix") is { } prefix)
        {
            sink.Add("X-Forwarded-Prefix", prefix);
        }
        else if (exchange.RoutePlan!.StripPath && exchange.MatchedLength > 1)
        {
            sink.Add("X-Forwarded-Prefix", ForwardedHeaders.Prefix(exchange));
        }

        sink.Add("Via", ForwardedHeaders.Via(client.Via, incoming.Protocol));
        if (options.RequestIdUpstream)
        {
            sink.Add("X-Kong-Request-Id", exchange.RequestId);
        }

        if (client.TE.Count > 0 && client.TE.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase))
        {
            sink.Add("TE", "trailers");
        }
    }

    private static string PortText(int port) => _ports.TryGetValue(port, out var text) ? text : _ports[port] = port.ToString(CultureInfo.InvariantCulture);
}
