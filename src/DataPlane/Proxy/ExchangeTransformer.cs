using System.Diagnostics;
using System.Net.Http.Headers;
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

        proxyRequest.Headers.TryAddWithoutValidation("Host", UpstreamHeaders.Host(exchange, service, peer));
        UpstreamHeaders.Write(exchange, options, new Sink(proxyRequest.Headers));
    }

    /// <inheritdoc/>
    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return new(false);
        }

        var now = Stopwatch.GetTimestamp();
        exchange.UpstreamStatus = (int)proxyResponse.StatusCode;
        exchange.UpstreamAnswered = now;
        httpContext.Response.StatusCode = exchange.UpstreamStatus;
        CopyHeaders(proxyResponse, httpContext.Response.Headers);
        exchange.FilterHeaders();
        ResponseHeaders.AddProxied(exchange, options, now);
        return new(true);
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

        if (headers.ContentType is [{ } type] && ResponseHeaders.WithCharset(type) is { } told && !ReferenceEquals(told, type))
        {
            headers.ContentType = told;
        }

        if (response.Headers.NonValidated.TryGetValues("Connection", out var connection))
        {
            foreach (var name in ForwardedHeaders.NamedByConnection(connection.ToString()) ?? [])
            {
                headers.Remove(name);
            }
        }
    }

    private static void Append(IHeaderDictionary headers, string name, HeaderStringValues values)
    {
        var copied = values.Count is 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
        headers[name] = headers.TryGetValue(name, out var own) ? StringValues.Concat(own, copied) : copied;
    }

    private readonly struct Sink(HttpRequestHeaders headers) : IHeaderSink
    {
        public void Add(string name, string value) => headers.TryAddWithoutValidation(name, value);
    }
}
