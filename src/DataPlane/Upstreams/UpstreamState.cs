using System.Collections.Concurrent;
using System.Net;
using Gateway.DataPlane.Upstreams.Health;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Upstreams;

/// <summary>What of an upstream lives on when the configuration is swapped.</summary>
/// <param name="logger">Takes note of peers that become healthy or unhealthy.</param>
internal sealed partial class UpstreamState(ILogger? logger = null)
{
    /// <summary>How long a peer that is gone is remembered: a target that is taken out and put back, or a name that resolves to others for a while, keeps its health.</summary>
    private static readonly TimeSpan _memory = TimeSpan.FromSeconds(300);

    private readonly ConcurrentDictionary<PeerKey, PeerState> _peers = new();
    private long _ticket = Random.Shared.Next(1 << 20);
    private long _healthVersion;

    /// <summary>Grows whenever a peer becomes healthy or unhealthy.</summary>
    public long HealthVersion => Volatile.Read(ref _healthVersion);

    /// <summary>The next ticket of the round-robin; planes begin at different places.</summary>
    public long NextTicket() => Interlocked.Increment(ref _ticket);

    /// <summary>The state of a peer, which begins when it is first asked for.</summary>
    /// <param name="name">The target's host.</param>
    /// <param name="address">The address.</param>
    /// <param name="port">The port.</param>
    /// <param name="now">The moment, in ticks of the clock.</param>
    public PeerState Of(string name, IPAddress address, int port, long now)
    {
        var peer = _peers.GetOrAdd(new PeerKey(name, address, port), static (key, state) => new PeerState(health => state.Changed(key, health)), this);
        peer.LastUsed = now;
        return peer;
    }

    /// <summary>Forgets the peers that have been gone for long.</summary>
    /// <param name="now">The moment, in ticks of the clock.</param>
    /// <param name="time">The clock.</param>
    public void Forget(long now, TimeProvider time)
    {
        foreach (var (key, peer) in _peers)
        {
            if (peer.Connections is 0 && time.GetElapsedTime(peer.LastUsed, now) > _memory)
            {
                _peers.TryRemove(key, out _);
            }
        }
    }

    private void Changed(PeerKey key, PeerHealth health)
    {
        Interlocked.Increment(ref _healthVersion);
        if (health.IsHealthy)
        {
            Log.Healthy(logger ?? NullLogger.Instance, key.Name, key.Address, key.Port, health.Reason);
        }
        else
        {
            Log.Unhealthy(logger ?? NullLogger.Instance, key.Name, key.Address, key.Port, health.Reason);
        }
    }

    private readonly record struct PeerKey(string Name, IPAddress Address, int Port);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Target {Host} at {Address}:{Port} is unhealthy ({Reason})")]
        public static partial void Unhealthy(ILogger logger, string host, IPAddress address, int port, string? reason);

        [LoggerMessage(LogLevel.Warning, "Target {Host} at {Address}:{Port} is healthy again ({Reason})")]
        public static partial void Healthy(ILogger logger, string host, IPAddress address, int port, string? reason);
    }
}

/// <summary>The states by the id of their upstream.</summary>
/// <param name="logger">Takes note of peers that become healthy or unhealthy.</param>
internal sealed class UpstreamStates(ILogger<UpstreamStates> logger)
{
    private readonly ConcurrentDictionary<Guid, UpstreamState> _states = new();

    /// <summary>The state of an upstream, which begins when it is first asked for.</summary>
    /// <param name="id">The id.</param>
    public UpstreamState Of(Guid id) => _states.GetOrAdd(id, static (_, logger) => new UpstreamState(logger), logger);

    /// <summary>Lets go of the states of what is no longer configured.</summary>
    /// <param name="ids">What is not.</param>
    public void Forget(IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
        {
            _states.TryRemove(id, out _);
        }
    }

    /// <summary>Lets go of the states of all that is no longer configured.</summary>
    /// <param name="ids">What is.</param>
    public void Keep(IReadOnlySet<Guid> ids)
    {
        foreach (var id in _states.Keys.Where(id => !ids.Contains(id)))
        {
            _states.TryRemove(id, out _);
        }
    }
}
