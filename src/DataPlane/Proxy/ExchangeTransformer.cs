using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.DataPlane.Proxy;

/// <summary>Makes the upstream's request out of the client's, and the client's answer out of the upstream's.</summary>
/// <param name="exchange">The request.</param>
/// <param name="service">Where it goes.</param>
/// <param name="peer">The peer of this try.</param>
/// <param name="options">The node's settings.</param>
internal sealed class ExchangeTransformer(HttpExchange exchange, ServicePlan service, Peer peer, DataPlaneOptions options) : HttpTransformer
{
    // A plane listens on a handful of ports.
    private static readonly ConcurrentDictionary<int, string> _ports = new();

    // YARP's own way of writing a request URI decodes and encodes; what a client escaped must reach the upstream escaped, to the letter.
    private static readonly UriCreationOptions _asItStands = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <inheritdoc/>
    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        if (!ReferenceEquals(exchange.Method, httpContext.Request.Method))
        {
            proxyRequest.Method = HttpMethod.Parse(exchange.Method);
        }

        proxyRequest.RequestUri = new Uri(Target(), _asItStands);
        if (!TryCopyHeaders(proxyRequest))
        {
            // Content headers without content: YARP's base class knows how to carry them.
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Clear();
            proxyRequest.Content?.Headers.Clear();
            TryCopyHeaders(proxyRequest);
        }

        AddOwnHeaders(proxyRequest);
    }

    /// <inheritdoc/>
    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return new(false);
        }

        var now = Stopwatch.GetTimestamp();
        httpContext.Response.StatusCode = (int)proxyResponse.StatusCode;
        CopyHeaders(proxyResponse, httpContext.Response.Headers);
        exchange.FilterHeaders();
        ResponseHeaders.AddProxied(exchange, options, now);
        return new(true);
    }

    /// <summary>The host that the client asked for, in lower case and without its port.</summary>
    /// <param name="exchange">The request.</param>
    public static string HostWithoutPort(HttpExchange exchange)
    {
        var host = exchange.Http.Request.Headers.Host.ToString();
        if (host.Length is 0)
        {
            return "kong";
        }

        var colon = host.LastIndexOf(':');
        return (colon > host.LastIndexOf(']') ? host[..colon] : host).TrimEnd('.').ToLowerInvariant();
    }

    private string Target()
    {
        var prefix = service.Tls ? peer.HttpsPrefix : peer.HttpPrefix;
        var path = RequestPath.Escape(exchange.UpstreamPath);
        return exchange.Query is { } query ? string.Concat(prefix, path, "?", query) : string.Concat(prefix, path);
    }

    private bool TryCopyHeaders(HttpRequestMessage request)
    {
        foreach (var (name, values) in exchange.RequestHeaders)
        {
            if (ForwardedHeaders.StaysHere(name))
            {
                continue;
            }

            if (!Add(request, name, values))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Add(HttpRequestMessage request, string name, StringValues values)
    {
        if (values.Count is 1)
        {
            var value = values.ToString();
            return request.Headers.TryAddWithoutValidation(name, value) || request.Content?.Headers.TryAddWithoutValidation(name, value) is true;
        }

        return request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)
            || request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values) is true;
    }

    private void AddOwnHeaders(HttpRequestMessage request)
    {
        var headers = request.Headers;
        var incoming = exchange.Http.Request;
        var remote = ClientAddress.Text(exchange.Http.Connection);
        var client = exchange.RequestHeaders;
        headers.TryAddWithoutValidation("Host", exchange.RoutePlan!.Route.PreserveHost && client.Host.Count > 0 ? client.Host.ToString() : service.Tls ? peer.HttpsHost : peer.HttpHost);
        headers.TryAddWithoutValidation("X-Real-IP", remote);
        headers.TryAddWithoutValidation("X-Forwarded-For", client["X-Forwarded-For"] is { Count: > 0 } already ? string.Concat(already.Count is 1 ? already[0] : string.Join(", ", (IEnumerable<string?>)already), ", ", remote) : remote);
        headers.TryAddWithoutValidation("X-Forwarded-Proto", incoming.Scheme);
        headers.TryAddWithoutValidation("X-Forwarded-Host", HostWithoutPort(exchange));
        headers.TryAddWithoutValidation("X-Forwarded-Port", PortText(exchange.Http.Connection.LocalPort));
        headers.TryAddWithoutValidation("X-Forwarded-Path", exchange.RawPath);
        if (exchange.RoutePlan.Route.StripPath && exchange.MatchedLength > 1)
        {
            headers.TryAddWithoutValidation("X-Forwarded-Prefix", ForwardedHeaders.Prefix(exchange));
        }

        headers.TryAddWithoutValidation("Via", ForwardedHeaders.Via(client.Via, incoming.Protocol));
        headers.TryAddWithoutValidation("X-Kong-Request-Id", exchange.RequestId);
        if (client.TE.Count > 0 && client.TE.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase))
        {
            headers.TryAddWithoutValidation("TE", "trailers");
        }
    }

    private static string PortText(int port) => _ports.TryGetValue(port, out var text) ? text : _ports[port] = port.ToString(CultureInfo.InvariantCulture);

    private static void CopyHeaders(HttpResponseMessage response, IHeaderDictionary headers)
    {
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            if (!ForwardedHeaders.StaysBehind(name))
            {
                Append(headers, name, values);
            }
        }

        foreach (var (name, values) in response.Content.Headers.NonValidated)
        {
            Append(headers, name, values);
        }

        if (response.Headers.NonValidated.TryGetValues("Connection", out var connection))
        {
            foreach (var name in ForwardedHeaders.NamedByConnection(connection.ToString()) ?? [])
            {
                headers.Remove(name);
            }
        }
    }

    private static void Append(IHeaderDictionary headers, string name, System.Net.Http.Headers.HeaderStringValues values)
    {
        var copied = values.Count is 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
        headers[name] = headers.TryGetValue(name, out var own) ? StringValues.Concat(own, copied) : copied;
    }
}
