using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.Hosting;

namespace Gateway.DataPlane.Streams;

/// <summary>One address on which streams are taken in, as <c>stream_listen</c> declares it.</summary>
/// <param name="Address">The local address; <see cref="IPAddress.Any"/> for <c>0.0.0.0</c>.</param>
/// <param name="Port">The port, 1 to 65535, or 0 for one that the system picks.</param>
public sealed record StreamListener(IPAddress Address, int Port)
{
    private const string Form = "must be of form: [off] | <ip>:<port> [udp] [ssl] [proxy_protocol] [bind] [reuseport] [backlog=%d+] "
        + "[ipv6only=on] [ipv6only=off] [so_keepalive=on] [so_keepalive=off] [so_keepalive=%w*:%w*:%d*], [... next entry ...]";

    private const string BacklogFlag = "backlog=";
    private const string KeepAliveFlag = "so_keepalive=";

    private static readonly string[] _flags = ["udp", "ssl", "proxy_protocol", "bind", "reuseport", "ipv6only=on", "ipv6only=off"];

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

    /// <summary>Whether silent connections are probed by the system (flag <c>so_keepalive=</c>, other than <c>off</c>).</summary>
    public bool KeepAlive { get; init; }

    /// <summary>Reads a comma-separated list such as <c>0.0.0.0:9000 reuseport, 0.0.0.0:9443 ssl, 0.0.0.0:9053 udp</c>; <c>off</c> is the empty list.</summary>
    /// <param name="setting">The setting's value.</param>
    /// <param name="listeners">The listeners, in the order written.</param>
    /// <param name="error">What is wrong with the value, or null.</param>
    public static bool TryParseList(string setting, out IReadOnlyList<StreamListener> listeners, out string? error)
    {
        var result = new List<StreamListener>();
        listeners = [];
        error = null;
        if (setting.Trim() is "off" or "")
        {
            return true;
        }

        foreach (var part in setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (!Listener.TryParseAddress(words[0], out var address, out var port) || words.Skip(1).Any(w => !IsFlag(w)))
            {
                error = $"{Form}, got '{part}'";
                return false;
            }

            result.Add(new StreamListener(address, port)
            {
                Udp = words.Contains("udp"),
                Tls = words.Contains("ssl"),
                ProxyProtocol = words.Contains("proxy_protocol"),
                ReusePort = words.Contains("reuseport"),
                Ipv6Only = words.Contains("ipv6only=on"),
                KeepAlive = words.Any(w => w.StartsWith(KeepAliveFlag, StringComparison.Ordinal) && w is not "so_keepalive=off"),
                Backlog = words.Select(Waiting).OfType<int>().LastOrDefault(511),
            });
            if (result[^1] is { Udp: true } and ({ Tls: true } or { ProxyProtocol: true }))
            {
                error = $"'udp' goes neither with 'ssl' nor with 'proxy_protocol', got '{part}'";
                return false;
            }
        }

        listeners = [.. result.Distinct()];
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

    private static bool IsFlag(string word) => _flags.Contains(word) || word.StartsWith(KeepAliveFlag, StringComparison.Ordinal) || Waiting(word) is not null;

    private static int? Waiting(string word) => word.StartsWith(BacklogFlag, StringComparison.Ordinal)
        && int.TryParse(word.AsSpan(BacklogFlag.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
