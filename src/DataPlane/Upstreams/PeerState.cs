using Gateway.DataPlane.Upstreams.Algorithms;
using Gateway.DataPlane.Upstreams.Health;

namespace Gateway.DataPlane.Upstreams;

/// <summary>What is known of a peer and counted on it.</summary>
internal sealed class PeerState
{
    private int _connections;

    /// <summary>Begins with what is known of a peer that nobody has asked yet.</summary>
    /// <param name="changed">Called when the peer becomes healthy or unhealthy.</param>
    public PeerState(Action<PeerHealth>? changed = null) => Health = new PeerHealth(health =>
    {
        // Who comes back is not what it was: its pace begins anew, with the average of the others.
        Pace.Forget();
        changed?.Invoke(health);
    });

    /// <summary>Whether it is healthy, and why not.</summary>
    public PeerHealth Health { get; }

    /// <summary>How long it takes.</summary>
    public Pace Pace { get; } = new();

    /// <summary>The requests in flight.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>When it was last among an upstream's peers, in ticks of the clock.</summary>
    public long LastUsed { get; set; }

    /// <summary>Counts a request that begins.</summary>
    public void Began() => Interlocked.Increment(ref _connections);

    /// <summary>Counts a request that ended.</summary>
    public void Ended() => Interlocked.Decrement(ref _connections);
}
