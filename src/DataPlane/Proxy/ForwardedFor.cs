using System.Globalization;
using System.Net;
using Gateway.Hosting.ProxyProtocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.DataPlane.Proxy;

/// <summary>Who sent a request and what for, as far as trusted proxies tell; and how the upstream is told.</summary>
/// <param name="Peer">The other end of the connection.</param>
/// <param name="Client">The client.</param>
/// <param name="IsTrusted">Whether the other end is a trusted proxy, whose headers are believed.</param>
internal readonly record struct ForwardedFor(IPAddress Peer, IPAddress Client, bool IsTrusted)
{
    /// <summary>Finds out.</summary>
    /// <param name="http">The request.</param>
    /// <param name="trusted">Who is trusted.</param>
    public static ForwardedFor Of(HttpContext http, TrustedProxies trusted)
    {
        var peer = http.Connection.RemoteIpAddress ?? IPAddress.None;
        peer = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        if (!trusted.Any || !trusted.Trust(peer))
        {
            return new ForwardedFor(peer, peer, false);
        }

        return new ForwardedFor(peer, trusted.Client(peer, http.Request.Headers, http.Features.Get<ProxyProtocolHeader>()?.Source?.Address), true);
    }

    /// <summary>The scheme that the client used.</summary>
    /// <param name="request">The request.</param>
    public string Scheme(HttpRequest request) => Told(request, "X-Forwarded-Proto") ?? request.Scheme;

    /// <summary>The host that the client asked for, in lower case and without its port.</summary>
    /// <param name="request">The request.</param>
    public string Host(HttpRequest request) => Told(request, "X-Forwarded-Host") ?? WithoutPort(request.Headers.Host.ToString());

    /// <summary>What a trusted proxy says in a header; null when there is none, or nothing in it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The header.</param>
    public string? Told(HttpRequest request, string name) => IsTrusted && request.Headers[name] is [{ Length: > 0 } first, ..] ? first : null;

    /// <summary>The client's address as text.</summary>
    public string ClientText => Client.ToString();

    /// <summary>The hops of the request so far, this connection's among them.</summary>
    /// <param name="already">The header as it came.</param>
    public string Hops(StringValues already) => already.Count switch
    {
        0 => ClientText,
        1 => string.Concat(already[0], ", ", Peer.ToString()),
        _ => string.Concat(string.Join(", ", (IEnumerable<string?>)already), ", ", Peer.ToString()),
    };

    private static string WithoutPort(string host)
    {
        if (host.Length is 0)
        {
            return "kong";
        }

        var colon = host.LastIndexOf(':');
        return (colon > host.LastIndexOf(']') ? host[..colon] : host).TrimEnd('.').ToLower(CultureInfo.InvariantCulture);
    }
}
