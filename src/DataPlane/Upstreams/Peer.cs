using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.DataPlane.Upstreams;

/// <summary>One address that requests can be sent to, with the texts that a request needs, made once.</summary>
internal sealed class Peer
{
    /// <summary>Makes the peer.</summary>
    /// <param name="name">The host as the configuration names it.</param>
    /// <param name="address">The address.</param>
    /// <param name="port">The port.</param>
    /// <param name="hostHeader">The Host header that the upstream entity asks for, or null.</param>
    public Peer(string name, IPAddress address, int port, string? hostHeader)
    {
        Address = address;
        Port = port;
        var authority = new IPEndPoint(address, port).ToString();
        HttpPrefix = "http://" + authority;
        HttpsPrefix = "https://" + authority;
        var host = hostHeader ?? name;
        var literal = IPAddress.TryParse(host, out var ip) && ip.AddressFamily is AddressFamily.InterNetworkV6 && !host.StartsWith('[') ? $"[{host}]" : host;
        var withPort = hostHeader is not null && HasPort(hostHeader) ? hostHeader : string.Create(CultureInfo.InvariantCulture, $"{literal}:{port}");
        HttpHost = port is 80 ? literal : withPort;
        HttpsHost = port is 443 ? literal : withPort;
    }

    /// <summary>The address.</summary>
    public IPAddress Address { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Scheme and authority of cleartext requests.</summary>
    public string HttpPrefix { get; }

    /// <summary>Scheme and authority of requests over TLS.</summary>
    public string HttpsPrefix { get; }

    /// <summary>The Host header of cleartext requests.</summary>
    public string HttpHost { get; }

    /// <summary>The Host header of requests over TLS.</summary>
    public string HttpsHost { get; }

    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();

    private static bool HasPort(string host) => host.LastIndexOf(':') > host.LastIndexOf(']') && host.IndexOf(':', StringComparison.Ordinal) == host.LastIndexOf(':');
}
