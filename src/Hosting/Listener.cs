using System.Net;
using System.Net.Sockets;

namespace Gateway.Hosting;

/// <summary>One address that a plane listens on, as a <c>*_listen</c> setting of Kong declares it.</summary>
/// <param name="Address">The local address; <see cref="IPAddress.Any"/> for <c>0.0.0.0</c>.</param>
/// <param name="Port">The TCP port, 1 to 65535, or 0 for one that the system picks.</param>
/// <param name="Tls">Whether connections are TLS (flag <c>ssl</c>).</param>
/// <param name="Http2">Whether HTTP/2 is offered beside HTTP/1.1 (flag <c>http2</c>).</param>
/// <param name="ProxyProtocol">Whether connections start with a PROXY protocol header (flag <c>proxy_protocol</c>).</param>
public sealed record Listener(IPAddress Address, int Port, bool Tls = false, bool Http2 = false, bool ProxyProtocol = false)
{
    private static readonly string[] _flags = ["ssl", "http2", "proxy_protocol", "deferred", "bind", "reuseport"];

    /// <summary>Whether connections are dealt out over several sockets (flag <c>reuseport</c>).</summary>
    public bool ReusePort { get; init; }

    /// <summary>How many connections may wait to be taken in (flag <c>backlog</c>); null is the server's number. A server with several listeners has the largest for all.</summary>
    public int? Backlog { get; init; }

    /// <summary>Whether a connection is taken in only when its first octets are there (flag <c>deferred</c>).</summary>
    public bool Deferred { get; init; }

    /// <summary>Whether <c>[::]</c> leaves IPv4 connections alone (flag <c>ipv6only=on</c>, and wherever <c>0.0.0.0</c> has the same port).</summary>
    public bool Ipv6Only { get; init; }

    /// <summary>Whether the system probes silent connections (flag <c>so_keepalive</c>); null leaves it to the system.</summary>
    public SocketKeepAlive? KeepAlive { get; init; }

    /// <summary>The address and port.</summary>
    public IPEndPoint Endpoint => new(Address, Port);

    /// <summary>Reads a comma-separated list such as <c>0.0.0.0:8000 reuseport, 0.0.0.0:8443 ssl</c>; <c>off</c> is the empty list.</summary>
    /// <param name="setting">The setting's value.</param>
    /// <param name="listeners">The listeners, in the order written.</param>
    /// <param name="error">What is wrong with the value, or null.</param>
    public static bool TryParseList(string setting, out IReadOnlyList<Listener> listeners, out string? error)
    {
        listeners = [];
        if (!ListenEntry.TryParseList(setting, _flags, out var entries, out error))
        {
            return false;
        }

        listeners = SideBySide([.. entries.Select(e => new Listener(e.Address, e.Port, e.Has("ssl"), e.Has("http2"), e.Has("proxy_protocol"))
        {
            ReusePort = e.Has("reuseport"),
            Backlog = e.Backlog,
            Deferred = e.Has("deferred"),
            Ipv6Only = e.Ipv6Only,
            KeepAlive = e.KeepAlive,
        })]);
        return true;
    }

    /// <summary>The address under which a client on the same machine reaches the listener.</summary>
    public IPAddress Reachable => Address.Equals(IPAddress.Any) ? IPAddress.Loopback : Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : Address;

    /// <summary>The listener as <c>address:port</c>.</summary>
    public override string ToString() => Endpoint.ToString();

    // [::] takes IPv4 connections too, unless 0.0.0.0 has the same port (as the Helm chart writes it); a machine without IPv6 cannot listen there at all.
    private static List<Listener> SideBySide(List<Listener> listeners) =>
    [
        .. listeners.DistinctBy(l => (l.Address, l.Port))
            .Where(l => Socket.OSSupportsIPv6 || !l.Address.Equals(IPAddress.IPv6Any) || !listeners.Exists(o => o.Address.Equals(IPAddress.Any) && o.Port == l.Port))
            .Select(l => l.Address.Equals(IPAddress.IPv6Any) && listeners.Exists(o => o.Address.Equals(IPAddress.Any) && o.Port == l.Port) ? l with { Ipv6Only = true } : l),
    ];
}
