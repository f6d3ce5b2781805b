using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;

namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>The HTTP/1.1 connections that are made in one way, by where they lead.</summary>
/// <param name="connectTimeout">How long connecting may take.</param>
/// <param name="tls">Makes the options of TLS for a server name.</param>
/// <param name="options">What happens to connections between two requests.</param>
/// <param name="time">The clock.</param>
internal sealed class Http1Client(TimeSpan connectTimeout, Func<string, SslClientAuthenticationOptions> tls, KeepAliveOptions options, TimeProvider time)
{
    /// <summary>How long an address that nobody asks for is remembered.</summary>
    private static readonly TimeSpan _memory = TimeSpan.FromMinutes(5);

    // Clients choose the name where their Host is kept: what they choose must not fill the memory.
    private const int MaxPools = 10_000;

    private readonly ConcurrentDictionary<(IPAddress Address, int Port, string? ServerName), Http1Pool> _pools = new();
    private bool _isRetired;

    /// <summary>The connections to a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="serverName">The name that is asked for in TLS handshakes; null for cleartext.</param>
    public Http1Pool Of(Peer peer, string? serverName)
    {
        if (peer.Connections is { Pool.IsRetired: false } known && ReferenceEquals(known.Client, this) && known.ServerName == serverName)
        {
            return known.Pool;
        }

        var key = (peer.Address, peer.Port, serverName);
        var pool = _pools.TryGetValue(key, out var found) ? found : _pools.Count < MaxPools ? _pools.GetOrAdd(key, Create) : Create(key);
        if (Volatile.Read(ref _isRetired))
        {
            pool.Retire();
        }

        peer.Connections = new PeerConnections(this, serverName, pool);
        return pool;
    }

    /// <summary>Closes what has been idle for too long.</summary>
    public void Sweep()
    {
        foreach (var (key, pool) in _pools)
        {
            pool.Sweep();
            if (time.GetElapsedTime(pool.LastUsed) > _memory && _pools.TryRemove(key, out _))
            {
                pool.Retire();
            }
        }
    }

    /// <summary>Closes what is idle; requests in flight finish, and their connections are closed then.</summary>
    public void Retire()
    {
        Volatile.Write(ref _isRetired, true);
        foreach (var pool in _pools.Values)
        {
            pool.Retire();
        }
    }

    private Http1Pool Create((IPAddress Address, int Port, string? ServerName) key) =>
        new(new IPEndPoint(key.Address, key.Port), key.ServerName is null ? null : tls(key.ServerName), connectTimeout, options, time);
}

/// <summary>The connections to a peer that were asked for last.</summary>
/// <param name="Client">Whose they are.</param>
/// <param name="ServerName">The server name of their TLS, or null.</param>
/// <param name="Pool">The connections.</param>
internal sealed record PeerConnections(Http1Client Client, string? ServerName, Http1Pool Pool);
