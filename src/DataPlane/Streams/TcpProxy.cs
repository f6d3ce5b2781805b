using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Telemetry;
using Gateway.DataPlane.Tls;
using Gateway.DataPlane.Upstreams;
using Gateway.Entities;
using Gateway.Hosting.ProxyProtocol;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Streams;

/// <summary>The life of a proxied connection.</summary>
/// <param name="current">The configuration in use.</param>
/// <param name="tls">The certificates for clients.</param>
/// <param name="connector">Finds upstreams.</param>
/// <param name="counters">Counts connections and octets.</param>
/// <param name="options">The node's settings.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Takes note of refused connections and of bugs.</param>
internal sealed partial class TcpProxy(
    CurrentSnapshot current, TlsListener tls, StreamConnector connector, TrafficCounters counters, DataPlaneOptions options, TimeProvider time, ILogger<TcpProxy> logger)
{
    // What a client may take until its server name is known, and for its handshake.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Handles one connection to its end.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="listener">Where it came in.</param>
    /// <param name="aborted">Cuts it off.</param>
    public async Task HandleAsync(Socket socket, StreamListener listener, CancellationToken aborted)
    {
        counters.ConnectionOpened();
        ConnectedSession? session = null;
        using var client = new StreamEnd(socket);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        await using var cutting = aborted.UnsafeRegister(static end => ((StreamEnd)end!).Abort(), client);
        try
        {
            limit.CancelAfter(_patience);
            session = await AcceptAsync(client, socket, listener, limit.Token);
            if (session is not null && await EnterAsync(session, client, listener, limit.Token) is { } service)
            {
                limit.CancelAfter(Timeout.Infinite);
                await ForwardAsync(session, client, service, aborted);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            session?.Refuse(400, exception.Message);
        }
        catch (Exception exception)
        {
            session?.Refuse(500, "a bug");
            Log.Failed(logger, exception, socket.LocalEndPoint, session?.Instance.Id ?? default);
        }
        finally
        {
            counters.ConnectionClosed();
            if (session is not null)
            {
                End(session);
            }
        }
    }

    /// <summary>Finds out who comes and for whom; nothing when that cannot be read.</summary>
    private async ValueTask<ConnectedSession?> AcceptAsync(StreamEnd client, Socket socket, StreamListener listener, CancellationToken limit)
    {
        var (remote, local) = (Plain(socket.RemoteEndPoint), Plain(socket.LocalEndPoint));
        if (listener.ProxyProtocol)
        {
            var length = 0;
            ProxyProtocolHeader? header = null;
            if (!await client.LookAsync(octets => ProxyProtocolHeader.TryRead(new ReadOnlySequence<byte>(octets.ToArray()), out header, out length), ProxyProtocolHeader.MaxLength, limit))
            {
                Log.Unreadable(logger, remote, local.Port, "a header of the PROXY protocol");
                return null;
            }

            client.Skip(length);
            remote = options.TrustedProxies.Trust(remote.Address) && header!.Source is { } told ? Plain(told) : remote;
        }

        string? serverName = null;
        if (listener.Tls && !await client.LookAsync(octets => ClientHello.TryRead(octets, out serverName), ClientHello.MaxLength, limit))
        {
            Log.Unreadable(logger, remote, local.Port, "a TLS handshake");
            return null;
        }

        local = new IPEndPoint(local.Address, options.PortMaps.GetValueOrDefault(local.Port, local.Port));
        return new ConnectedSession(serverName is null ? "tcp" : "tls", remote, local, serverName, current.Value, isCleartext: !listener.Tls);
    }

    /// <summary>Lets a stream in, as far as its route and the plugins do; the service is where it goes.</summary>
    private async ValueTask<ServicePlan?> EnterAsync(ConnectedSession session, StreamEnd client, StreamListener listener, CancellationToken limit)
    {
        if (session.RoutePlan is not { } route)
        {
            session.Refuse(500, "no Route found with those values");
            return null;
        }

        if (listener.Tls && !route.Route.Protocols.Contains(Protocol.TlsPassthrough))
        {
            await client.SecureAsync(tls.OfStream(session.ServerName), limit);
            session.Tls = new ClientTls(CipherSuites.NameOf(client.Tls!.SslProtocol), CipherSuites.NameOf(client.Tls.NegotiatedCipherSuite));
        }

        await session.Plan.PrereadAsync(session);
        if (session.Refusal is null && route.Service is null)
        {
            session.Refuse(500, "no Service found with those values");
        }

        return session.Refusal is null ? route.Service : null;
    }

    private async Task ForwardAsync(ConnectedSession session, StreamEnd client, ServicePlan service, CancellationToken aborted)
    {
        if (await StreamConnector.ReachAsync(session, service, peer => connector.ConnectAsync(session, service, peer, aborted)) is not var (peer, upstream))
        {
            return;
        }

        try
        {
            using (upstream)
            {
                await Relay.RunAsync(session, client, upstream, service, time, aborted);
            }
        }
        finally
        {
            service.Balancer.Ended(peer, TryOutcome.Unknown, Stopwatch.GetElapsedTime(session.Connected));
        }
    }

    private void End(ConnectedSession session)
    {
        counters.StreamEnded(session.Received, session.Sent);
        if (session.Refusal is { } reason)
        {
            Log.Refused(logger, session.Client, session.Local.Port, reason);
        }

        options.StreamAccessLog?.Write(session);
        session.Plan.Log(session);
    }

    /// <summary>An address in its own form, even on a socket for both families.</summary>
    /// <param name="end">The address.</param>
    public static IPEndPoint Plain(EndPoint? end)
    {
        var ip = (IPEndPoint)end!;
        return ip.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port) : ip;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Stream from {Client} to port {Port} is closed: it does not begin with {Wanted}")]
        public static partial void Unreadable(ILogger logger, IPEndPoint client, int port, string wanted);

        [LoggerMessage(LogLevel.Warning, "Stream from {Client} to port {Port} is closed: {Reason}")]
        public static partial void Refused(ILogger logger, IPEndPoint client, int port, string reason);

        [LoggerMessage(LogLevel.Error, "A stream to {Local} failed; the last plugin instance that ran is {Plugin}")]
        public static partial void Failed(ILogger logger, Exception exception, EndPoint? local, Guid plugin);
    }
}
