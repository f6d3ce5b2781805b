using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Algorithms;

namespace Gateway.DataPlane.Streams;

/// <summary>Finds an upstream for a stream: a peer of the balancer, and another one while none can be reached.</summary>
/// <param name="time">The clock.</param>
internal sealed class StreamConnector(TimeProvider time)
{
    /// <summary>Chooses a peer and reaches it; a stream that finds none is refused.</summary>
    /// <typeparam name="T">What stands for the reached peer.</typeparam>
    /// <param name="session">The stream.</param>
    /// <param name="service">Where it goes.</param>
    /// <param name="reach">Reaches a peer; says whether that tells of its health, and what the failure was where it cannot.</param>
    /// <returns>The peer, whose try the caller must end, and what stands for it; nothing when the stream was refused.</returns>
    public static async ValueTask<(Peer Peer, T Reached)?> ReachAsync<T>(ConnectedSession session, ServicePlan service, Func<Peer, ValueTask<(T? Reached, TryOutcome Outcome)>> reach)
        where T : class
    {
        var balancer = service.Balancer;
        var hash = balancer.Plan.Hash is { } key ? Hash(session, key) : string.Empty;
        List<Peer>? tried = null;
        for (var triesLeft = service.Tries - 1; ; triesLeft--)
        {
            if (await balancer.NextAsync(tried, hash) is not { } peer)
            {
                var (status, message) = balancer.Failure;
                session.Refuse(status, message);
                return null;
            }

            var began = Stopwatch.GetTimestamp();
            session.Try(peer);
            balancer.Began(peer);
            var (reached, outcome) = await reach(peer);
            var took = Stopwatch.GetElapsedTime(began);
            if (reached is not null)
            {
                session.Connected = Stopwatch.GetTimestamp();
                if (outcome.Kind is TryKind.Connected)
                {
                    balancer.Connected(peer, took);
                }

                return (peer, reached);
            }

            balancer.Ended(peer, outcome, took);
            session.FailTry(outcome.Kind is TryKind.TimedOut ? 504 : 502);
            if (triesLeft is 0)
            {
                session.Refuse(502, $"none of the peers that were tried can be reached; the last one was {peer}");
                return null;
            }

            (tried ??= []).Add(peer);
        }
    }

    /// <summary>Connects to a peer.</summary>
    /// <param name="session">The stream.</param>
    /// <param name="service">The service that the peer belongs to; it says whether TLS is spoken.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<(StreamEnd? Reached, TryOutcome Outcome)> ConnectAsync(ConnectedSession session, ServicePlan service, Peer peer, CancellationToken cancellation)
    {
        var end = new StreamEnd(new Socket(peer.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        using var limit = new CancellationTokenSource(service.Profile.ConnectTimeout, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await end.ConnectAsync(new IPEndPoint(peer.Address, peer.Port), ending.Token);
            if (service.Tls)
            {
                await end.SecureAsync(service.TlsTo(ServerName(session, peer)), ending.Token);
            }

            return (end, TryOutcome.Connected);
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            end.Dispose();
            return (null, cancellation.IsCancellationRequested ? TryOutcome.Unknown : limit.IsCancellationRequested ? TryOutcome.TimedOut : TryOutcome.ConnectionFailed);
        }
    }

    private static string ServerName(ConnectedSession session, Peer peer) => session is { Route.PreserveHost: true, ServerName: { Length: > 0 } asked } ? asked : peer.ServerName;

    /// <summary>What a stream is known by: it has an address and nothing else of what an upstream can hash.</summary>
    private static string Hash(ConnectedSession session, HashKey key) => key.Parts.Any(p => p.Kind is Entities.HashInput.Ip) ? session.ClientIp.ToString() : string.Empty;
}
