using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.DataPlane.Upstreams.Http1;

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
        Name = name;
        Address = address;
        Port = port;
        TargetPort = port;
        AddressText = address.AddressFamily is AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        var authority = new IPEndPoint(address, port).ToString();
        HttpPrefix = "http://" + authority;
        HttpsPrefix = "https://" + authority;
        var host = hostHeader ?? name;
        var literal = IPAddress.TryParse(host, out var ip) && ip.AddressFamily is AddressFamily.InterNetworkV6 && !host.StartsWith('[') ? $"[{host}]" : host;
        var withPort = hostHeader is not null && HasPort(hostHeader) ? hostHeader : string.Create(CultureInfo.InvariantCulture, $"{literal}:{port}");
        HttpHost = port is 80 ? literal : withPort;
        HttpsHost = port is 443 ? literal : withPort;
        ServerName = HasPort(host) ? host[..host.LastIndexOf(':')] : host;
    }

    /// <summary>The host as the configuration names it.</summary>
    public string Name { get; }

    /// <summary>The address.</summary>
    public IPAddress Address { get; }

    /// <summary>The address as Kong writes it; one of IPv6 stands in brackets.</summary>
    public string AddressText { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The port of the target, which an SRV record may have replaced.</summary>
    public int TargetPort { get; init; }

    /// <summary>The share of the traffic.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>What lives on when the configuration is swapped or the name is resolved again.</summary>
    public PeerState State { get; init; } = new();

    /// <summary>Whether the upstream's health is looked after; a peer of any other is always available.</summary>
    public bool IsChecked { get; init; }

    /// <summary>Whether the peer may get requests.</summary>
    public bool IsAvailable => !IsChecked || State.Health.IsHealthy;

    /// <summary>Scheme and authority of cleartext requests.</summary>
    public string HttpPrefix { get; }

    /// <summary>Scheme and authority of requests over TLS.</summary>
    public string HttpsPrefix { get; }

    /// <summary>The Host header of cleartext requests.</summary>
    public string HttpHost { get; }

    /// <summary>The Host header of requests over TLS.</summary>
    public string HttpsHost { get; }

    /// <summary>The name that is asked for in a TLS handshake, where the request's own Host is not kept.</summary>
    public string ServerName { get; }

    /// <summary>The connections that the last request to it used.</summary>
    public PeerConnections? Connections { get; set; }

    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();

    private static bool HasPort(string host) => host.LastIndexOf(':') > host.LastIndexOf(']') && host.IndexOf(':', StringComparison.Ordinal) == host.LastIndexOf(':');
}
