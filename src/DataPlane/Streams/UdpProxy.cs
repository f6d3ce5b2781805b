using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Telemetry;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Http1;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Streams;

/// <summary>The life of proxied datagrams: those of one client are a session, which ends when neither side has sent any for the service's read timeout.</summary>
/// <param name="current">The configuration in use.</param>
/// <param name="counters">Counts sessions and octets.</param>
/// <param name="options">The node's settings.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Takes note of refused sessions and of bugs.</param>
internal sealed partial class UdpProxy(CurrentSnapshot current, TrafficCounters counters, DataPlaneOptions options, TimeProvider time, ILogger<UdpProxy> logger)
{
    // When there are too many sessions, those that have been silent the longest make room; a part of them at once, so that not every new client searches through all.
    private const int RoomShare = 16;

    // But none that has just been heard: the addresses of the new clients may be invented.
    private static readonly TimeSpan _recent = TimeSpan.FromSeconds(1);

    // How long the answers to the last datagrams are waited for when the node stops; and how long a client that was refused is not heard.
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(10);
    private long _warned;

    /// <summary>Takes datagrams in until the node stops, and waits for the answers.</summary>
    /// <param name="socket">The listener's socket.</param>
    /// <param name="stopping">Ends the taking in.</param>
    /// <param name="aborted">Cuts everything off.</param>
    public async Task ListenAsync(Socket socket, CancellationToken stopping, CancellationToken aborted)
    {
        var flows = new ConcurrentDictionary<EndPoint, UdpFlow>();
        var buffer = GC.AllocateUninitializedArray<byte>(UdpFlow.MaxDatagram);
        var (any, bound) = ((EndPoint)new IPEndPoint(socket.AddressFamily is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0), TcpProxy.Plain(socket.LocalEndPoint));
        var port = options.PortMaps.GetValueOrDefault(bound.Port, bound.Port);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var datagram = await socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, any, stopping);
                if (!flows.TryGetValue(datagram.RemoteEndPoint, out var flow))
                {
                    if (flows.Count >= options.MaxUdpSessions && !MakeRoom(flows))
                    {
                        WarnOfMany(bound);
                        continue;
                    }

                    var local = TcpProxy.Plain(new IPEndPoint(datagram.PacketInformation.Address ?? bound.Address, port));
                    var begun = flow = flows[datagram.RemoteEndPoint] = new UdpFlow(socket, datagram.RemoteEndPoint, local) { LastActive = time.GetTimestamp() };
                    flow.Take(buffer.AsSpan(0, datagram.ReceivedBytes));
                    flow.Completion = Task.Run(() => HandleAsync(begun, () => flows.TryRemove(new(datagram.RemoteEndPoint, begun)), stopping, aborted), CancellationToken.None);
                    continue;
                }

                flow.Take(buffer.AsSpan(0, datagram.ReceivedBytes));
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException)
            {
                // An answer did not reach its client, which the system tells whoever reads next.
            }
        }

        await Task.WhenAll(flows.Values.Select(f => f.Completion));
    }

    private async Task HandleAsync(UdpFlow flow, Action forget, CancellationToken stopping, CancellationToken aborted)
    {
        counters.ConnectionOpened();
        var session = new ConnectedSession("udp", flow.Client, flow.Local, null, current.Value);
        var isLetIn = false;
        try
        {
            if (await EnterAsync(session) is { } service && await StreamConnector.ReachAsync(session, service, ConnectAsync) is var (peer, upstream))
            {
                isLetIn = true;
                using (upstream)
                {
                    await ForwardAsync(session, flow, service, peer, upstream, stopping, aborted);
                }
            }
        }
        catch (Exception exception)
        {
            session.Refuse(500, "a bug");
            Log.Failed(logger, exception, session.Local, session.Instance.Id);
        }

        if (isLetIn)
        {
            // Its next datagram begins another session.
            forget();
        }

        counters.ConnectionClosed();
        counters.StreamEnded(session.Received, session.Sent);
        options.StreamAccessLog?.Write(session);
        session.Plan.Log(session);
        if (session.Refusal is { } reason)
        {
            Log.Refused(logger, session.Client, session.Local.Port, reason);
        }

        if (!isLetIn)
        {
            // A client that sends many datagrams is not judged and logged for each.
            await Task.Delay(_short, time, stopping).ContinueWith(static _ => { }, TaskScheduler.Default);
            forget();
        }
    }

    private static async ValueTask<ServicePlan?> EnterAsync(ConnectedSession session)
    {
        if (session.RoutePlan is not { } route)
        {
            session.Refuse(500, "no Route found with those values");
            return null;
        }

        await session.Plan.PrereadAsync(session);
        if (session.Refusal is null && route.Service is null)
        {
            session.Refuse(500, "no Service found with those values");
        }

        return session.Refusal is null ? route.Service : null;
    }

    /// <summary>Makes the socket for one client; whether anyone hears it is not known before an answer comes.</summary>
    private static ValueTask<(Socket? Reached, TryOutcome Outcome)> ConnectAsync(Peer peer)
    {
        var socket = new Socket(peer.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(new IPEndPoint(peer.Address, peer.Port));
            return new((socket, TryOutcome.Unknown));
        }
        catch (SocketException)
        {
            socket.Dispose();
            return new((null, TryOutcome.ConnectionFailed));
        }
    }

    private async Task ForwardAsync(ConnectedSession session, UdpFlow flow, ServicePlan service, Peer peer, Socket upstream, CancellationToken stopping, CancellationToken aborted)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        using var watchdog = new Watchdog(time, _ => end.Cancel());
        await using var hurry = stopping.UnsafeRegister(static w => ((Watchdog)w!).BeginRead(_short), watchdog);
        Touch();
        var outcomes = await Task.WhenAll(
            RunAsync(flow.ReadAsync(async datagram =>
            {
                Touch();
                session.CountReceived(datagram.Length);
                session.UpstreamSent += await upstream.SendAsync(datagram, SocketFlags.None, end.Token);
            }, end.Token)),
            RunAsync(AnswerAsync()));
        var isDead = outcomes.Any(o => o is SocketError.ConnectionRefused);
        if (isDead)
        {
            session.FailTry(502);
            session.Refuse(502, $"nobody listens at {peer}");
        }

        service.Balancer.Ended(peer, isDead ? TryOutcome.ConnectionFailed : TryOutcome.Unknown, Stopwatch.GetElapsedTime(session.Connected));

        void Touch()
        {
            flow.LastActive = time.GetTimestamp();
            watchdog.BeginRead(stopping.IsCancellationRequested ? _short : service.ReadTimeout);
        }

        async Task AnswerAsync()
        {
            while (true)
            {
                // A silent session holds no buffer.
                await upstream.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, end.Token);
                var buffer = ArrayPool<byte>.Shared.Rent(UdpFlow.MaxDatagram);
                var length = await upstream.ReceiveAsync(buffer, SocketFlags.None, end.Token);
                Touch();
                if (session.UpstreamReceived is 0)
                {
                    service.Balancer.Connected(peer, Stopwatch.GetElapsedTime(session.Connected));
                }

                session.UpstreamReceived += length;
                await flow.AnswerAsync(buffer.AsMemory(0, length), end.Token);
                session.CountSent(length);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        // Either way that ends, ends the other.
        async Task<SocketError> RunAsync(Task way)
        {
            try
            {
                await way;
            }
            catch (OperationCanceledException)
            {
                return SocketError.Success;
            }
            catch (SocketException exception)
            {
                return exception.SocketErrorCode;
            }
            finally
            {
                await end.CancelAsync();
            }

            return SocketError.Success;
        }
    }

    /// <summary>Ends those sessions that have been silent the longest; the next datagram of such a client begins another one.</summary>
    private bool MakeRoom(ConcurrentDictionary<EndPoint, UdpFlow> flows)
    {
        var now = time.GetTimestamp();
        var silent = flows.Where(f => time.GetElapsedTime(f.Value.LastActive, now) >= _recent).OrderBy(f => f.Value.LastActive).Take(Math.Max(1, options.MaxUdpSessions / RoomShare)).ToList();
        foreach (var flow in silent)
        {
            flows.TryRemove(flow);
            flow.Value.End();
        }

        return silent.Count > 0;
    }

    private void WarnOfMany(IPEndPoint listener)
    {
        var (now, warned) = (time.GetTimestamp(), Volatile.Read(ref _warned));
        if ((warned is 0 || time.GetElapsedTime(warned, now) > _quiet) && Interlocked.CompareExchange(ref _warned, now, warned) == warned)
        {
            Log.Many(logger, listener, options.MaxUdpSessions);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Datagrams from {Client} to port {Port} go nowhere: {Reason}")]
        public static partial void Refused(ILogger logger, IPEndPoint client, int port, string reason);

        [LoggerMessage(LogLevel.Warning, "Datagrams of new clients to {Listener} are dropped: there are {Count} sessions")]
        public static partial void Many(ILogger logger, IPEndPoint listener, int count);

        [LoggerMessage(LogLevel.Error, "A session of datagrams to {Local} failed; the last plugin instance that ran is {Plugin}")]
        public static partial void Failed(ILogger logger, Exception exception, IPEndPoint local, Guid plugin);
    }
}
