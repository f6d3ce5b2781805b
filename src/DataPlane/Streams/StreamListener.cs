using System.Net;
using System.Net.Sockets;
using Gateway.Hosting;

namespace Gateway.DataPlane.Streams;

/// <summary>One address on which streams are taken in, as <c>stream_listen</c> declares it.</summary>
/// <param name="Address">The local address; <see cref="IPAddress.Any"/> for <c>0.0.0.0</c>.</param>
/// <param name="Port">The port, 1 to 65535, or 0 for one that the system picks.</param>
public sealed record StreamListener(IPAddress Address, int Port)
{
    private static readonly string[] _flags = ["udp", "ssl", "proxy_protocol", "bind", "reuseport"];

    /// <summary>Whether datagrams are taken in instead of connections (flag <c>udp</c>).</summary>
    public bool Udp { get; init; }

    /// <summary>Whether connections are TLS (flag <c>ssl</c>).</summary>
    public bool Tls { get; init; }

    /// <summary>Whether connections start with a PROXY protocol header (flag <c>proxy_protocol</c>).</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Whether other processes may listen there too (flag <c>reuseport</c>).</summary>
    public bool ReusePort { get; init; }

    /// <summary>How many connections may wait to be accepted (flag <c>backlog=</c>).</summary>
    public int Backlog { get; init; } = 511;

    /// <summary>Whether an IPv6 address takes IPv6 connections only (flag <c>ipv6only=on</c>).</summary>
    public bool Ipv6Only { get; init; }

    /// <summary>Whether the system probes silent connections (flag <c>so_keepalive</c>); null leaves it to the system.</summary>
    public SocketKeepAlive? KeepAlive { get; init; }

    /// <summary>Reads a comma-separated list such as <c>0.0.0.0:9000 reuseport, 0.0.0.0:9443 ssl, 0.0.0.0:9053 udp</c>; <c>off</c> is the empty list.</summary>
    /// <param name="setting">The setting's value.</param>
    /// <param name="listeners">The listeners, in the order written.</param>
    /// <param name="error">What is wrong with the value, or null.</param>
    public static bool TryParseList(string setting, out IReadOnlyList<StreamListener> listeners, out string? error)
    {
        listeners = [];
        if (!ListenEntry.TryParseList(setting, _flags, out var entries, out error))
        {
            return false;
        }

        if (entries.FirstOrDefault(e => e.Has("udp") && (e.Has("ssl") || e.Has("proxy_protocol"))) is { } mixed)
        {
            error = $"'udp' goes neither with 'ssl' nor with 'proxy_protocol', got '{string.Join(' ', [new IPEndPoint(mixed.Address, mixed.Port).ToString(), .. mixed.Flags])}'";
            return false;
        }

        listeners = [.. entries.Select(e => new StreamListener(e.Address, e.Port)
        {
            Udp = e.Has("udp"),
            Tls = e.Has("ssl"),
            ProxyProtocol = e.Has("proxy_protocol"),
            ReusePort = e.Has("reuseport"),
            Ipv6Only = e.Ipv6Only,
            KeepAlive = e.KeepAlive,
            Backlog = e.Backlog ?? 511,
        }).Distinct()];
        return true;
    }

    /// <summary>Opens the socket; connections may wait from then on.</summary>
    /// <param name="both">Whether an IPv6 address takes IPv4 connections too.</param>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public Socket Open(bool both)
    {
        var socket = new Socket(Address.AddressFamily, Udp ? SocketType.Dgram : SocketType.Stream, Udp ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            if (Address.AddressFamily is AddressFamily.InterNetworkV6)
            {
                socket.DualMode = both && !Ipv6Only;
            }

            if (ReusePort && OperatingSystem.IsLinux())
            {
                // SO_REUSEPORT of SOL_SOCKET, for which .NET has no name.
                socket.SetRawSocketOption(1, 15, BitConverter.GetBytes(1));
            }

            socket.Bind(new IPEndPoint(Address, Port));
            if (!Udp)
            {
                // Accepted connections have it from here.
                KeepAlive?.ApplyTo(socket);
                socket.Listen(Backlog);
            }

            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"Failed to bind to address {this}: {exception.Message}.", exception);
        }
    }

    /// <summary>The listener as <c>tcp://address:port</c>.</summary>
    public override string ToString() => $"{(Udp ? "udp" : Tls ? "tls" : "tcp")}://{new IPEndPoint(Address, Port)}";
}
