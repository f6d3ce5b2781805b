using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Routing;

/// <summary>What the router looks at in a request.</summary>
internal readonly ref struct RouterRequest
{
    private static readonly HeaderDictionary _noHeaders = new() { IsReadOnly = true };

    /// <summary>Takes the host of a request apart for a router.</summary>
    /// <param name="flavor">The router's flavour.</param>
    /// <param name="host">The raw <c>Host</c> header, empty when there is none.</param>
    /// <param name="tls">Whether the connection is TLS.</param>
    /// <param name="localPort">The port that the client spoke to.</param>
    public RouterRequest(RouterFlavor flavor, string host, bool tls, int localPort)
    {
        Tls = tls;
        Protocol = tls ? "https" : "http";
        var (name, port) = RouteHost.Split(host, flavor);
        Host = name;
        // The first router takes a host without a port for one with the scheme's.
        Port = port >= 0 ? port : flavor is RouterFlavor.Traditional ? tls ? 443 : 80 : localPort;
    }

    /// <summary>Takes what is known of a stream before its first octet goes upstream.</summary>
    /// <param name="protocol"><c>tcp</c>, <c>tls</c> or <c>udp</c>.</param>
    /// <param name="serverName">The server name of the TLS handshake, or null.</param>
    /// <param name="source">The client's end.</param>
    /// <param name="destination">The end that the client spoke to.</param>
    [SetsRequiredMembers]
    public RouterRequest(string protocol, string? serverName, IPEndPoint source, IPEndPoint destination)
    {
        (Protocol, Sni, Tls) = (protocol, serverName, protocol is "tls");
        (Source, SourcePort, Destination, Port) = (source.Address, source.Port, destination.Address, destination.Port);
        (Path, Method, Headers) = (string.Empty, string.Empty, _noHeaders);
    }

    /// <summary>The host without its port.</summary>
    public ReadOnlySpan<char> Host { get; }

    /// <summary>The port that the client thinks it speaks to.</summary>
    public int Port { get; }

    /// <summary>Whether the connection is TLS.</summary>
    public bool Tls { get; }

    /// <summary>The protocol, as <c>net.protocol</c> tells it.</summary>
    public string Protocol { get; }

    /// <summary>The normalised path.</summary>
    public required string Path { get; init; }

    /// <summary>The query without its question mark, or null.</summary>
    public string? Query { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The headers.</summary>
    public required IHeaderDictionary Headers { get; init; }

    /// <summary>The server name of the TLS handshake.</summary>
    public string? Sni { get; init; }

    /// <summary>Whether routes that name servers are passed over.</summary>
    public bool PassesOverSnis { get; init; }

    /// <summary>Whether it is a connection on a listener without TLS.</summary>
    public bool IsCleartext { get; init; }

    /// <summary>The client's address.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The client's port.</summary>
    public int SourcePort { get; init; }

    /// <summary>The address that the connection came in on.</summary>
    public IPAddress? Destination { get; init; }
}

/// <summary>Takes hosts with ports apart.</summary>
internal static class RouteHost
{
    /// <summary>The name and the port of a host; -1 where it names none.</summary>
    /// <param name="host">The host.</param>
    /// <param name="flavor">The router's flavour: only the traditional one knows IPv6 literals, which it takes with and without brackets.</param>
    public static (string Name, int Port) Split(string host, RouterFlavor flavor)
    {
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return (host, -1);
        }

        if (flavor is RouterFlavor.Traditional && (host[0] is '[' || host.IndexOf(':', colon + 1) > 0))
        {
            colon = host[0] is '[' ? host.IndexOf("]:", StringComparison.Ordinal) + 1 : 0;
            if (colon is 0)
            {
                return (host[0] is '[' ? host : $"[{host}]", -1);
            }
        }

        return int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? (host[..colon], port) : (host, -1);
    }
}
