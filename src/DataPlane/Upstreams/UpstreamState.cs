using System.Collections.Concurrent;

namespace Gateway.DataPlane.Upstreams;

/// <summary>What of an upstream, or of a service with a host of its own, lives on when the configuration is swapped.</summary>
internal sealed class UpstreamState
{
    private long _ticket = Random.Shared.Next(1 << 20);

    /// <summary>The next ticket of the round-robin; planes begin at different places.</summary>
    public long NextTicket() => Interlocked.Increment(ref _ticket);
}

/// <summary>The states by the id of their upstream or service.</summary>
internal sealed class UpstreamStates
{
    private readonly ConcurrentDictionary<Guid, UpstreamState> _states = new();

    /// <summary>The state of an upstream or service, which begins when it is first asked for.</summary>
    /// <param name="id">The id.</param>
    public UpstreamState Of(Guid id) => _states.GetOrAdd(id, static _ => new UpstreamState());

    /// <summary>Lets go of the states of what is no longer configured.</summary>
    /// <param name="ids">What is.</param>
    public void Keep(IReadOnlySet<Guid> ids)
    {
        foreach (var id in _states.Keys.Where(id => !ids.Contains(id)))
        {
            _states.TryRemove(id, out _);
        }
    }
}
