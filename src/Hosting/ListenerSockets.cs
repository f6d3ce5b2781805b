using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Hosting;

/// <summary>Opens the sockets of listeners as their flags say.</summary>
public static class ListenerSockets
{
    // Options of Linux that .NET has no names for: SO_REUSEPORT and TCP_DEFER_ACCEPT.
    private const int SocketLevel = 1;
    private const int ReusePort = 15;
    private const int TcpLevel = 6;
    private const int DeferAccept = 9;

    /// <summary>Has the host open its sockets so.</summary>
    /// <param name="host">The host.</param>
    /// <param name="listeners">All its listeners.</param>
    public static IWebHostBuilder UseListeners(this IWebHostBuilder host, params IEnumerable<Listener> listeners)
    {
        var all = listeners.ToList();
        var opened = new ConcurrentDictionary<IPEndPoint, bool>();
        return host.ConfigureServices(services => services.Configure<SocketTransportOptions>(transport =>
        {
            // The server has one number for all its sockets.
            transport.Backlog = all.Max(l => l.Backlog) ?? transport.Backlog;
            transport.CreateBoundListenSocket = endpoint => endpoint is IPEndPoint address && all.Find(l => l.Endpoint.Equals(address)) is { } listener
                ? Open(listener, isFirst: opened.TryAdd(address, true))
                : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }));
    }

    /// <summary>Listens as a setting says: on one socket, or with <c>reuseport</c> on one per processor, among which the system deals out the connections.</summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="configure">What else is done with its connections.</param>
    public static void Listen(this KestrelServerOptions kestrel, Listener listener, Action<ListenOptions> configure)
    {
        // A port that the system picks would be another one for each socket.
        var sockets = listener is { ReusePort: true, Port: not 0 } ? Environment.ProcessorCount : 1;
        for (var i = 0; i < sockets; i++)
        {
            kestrel.Listen(listener.Endpoint, configure);
        }
    }

    private static Socket Open(Listener listener, bool isFirst)
    {
        if (listener.ReusePort && isFirst)
        {
            // The sockets of this process share the port; another node, started by mistake, must not.
            Bind(listener, share: false).Dispose();
        }

        return Bind(listener, share: listener.ReusePort);
    }

    private static Socket Bind(Listener listener, bool share)
    {
        var socket = new Socket(listener.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (listener.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = !listener.Ipv6Only;
            }

            if (share)
            {
                socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
            }

            if (listener.Deferred)
            {
                // Seconds within which the first octets must come, as nginx says it.
                socket.SetRawSocketOption(TcpLevel, DeferAccept, BitConverter.GetBytes(1));
            }

            listener.KeepAlive?.ApplyTo(socket);
            socket.Bind(listener.Endpoint);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
