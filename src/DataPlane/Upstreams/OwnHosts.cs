using Gateway.DataPlane.Upstreams.Dns;

namespace Gateway.DataPlane.Upstreams;

/// <summary>
/// The balancers of services that name a host instead of an upstream. Services with the same host and port share one, and one that is in use lives on when the configuration is
/// swapped, so that no name is resolved again for the sake of a change.
/// </summary>
/// <param name="names">The addresses behind names.</param>
/// <param name="time">The clock.</param>
internal sealed class OwnHosts(NameResolver names, TimeProvider time)
{
    // The configurations in use hold them; nothing else does.
    private readonly Dictionary<(string Host, int Port), WeakReference<Balancer>> _all = [];
    private readonly Lock _lock = new();

    /// <summary>The balancer of a host.</summary>
    /// <param name="host">A host name or an address, without brackets.</param>
    /// <param name="port">The port.</param>
    public Balancer Of(string host, int port)
    {
        lock (_lock)
        {
            if (_all.TryGetValue((host, port), out var known) && known.TryGetTarget(out var balancer))
            {
                return balancer;
            }

            balancer = new Balancer(new UpstreamPlan([new UpstreamTarget(host, port, 1)], null, IsUpstream: false), new UpstreamState(), names, time);
            _all[(host, port)] = new(balancer);
            return balancer;
        }
    }

    /// <summary>Forgets the hosts of configurations that are gone.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            foreach (var (key, balancer) in _all)
            {
                if (!balancer.TryGetTarget(out _))
                {
                    _all.Remove(key);
                }
            }
        }
    }
}
