using Gateway.Entities;

namespace Gateway.DataPlane.Upstreams.Algorithms;

/// <summary>A way of choosing among the peers of an upstream.</summary>
internal interface IBalancingAlgorithm
{
    /// <summary>The peer for the next try; null when no peer is available.</summary>
    /// <param name="hash">What the request is known by, for algorithms that hash.</param>
    /// <param name="tried">The peers on which this request failed before; they are avoided while there are others.</param>
    Peer? Next(string hash, List<Peer>? tried);
}

/// <summary>The algorithms by their name in the configuration.</summary>
internal static class BalancingAlgorithms
{
    /// <summary>Makes the algorithm that a plan asks for.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="peers">The peers that may get requests, each with a weight above 0.</param>
    /// <param name="state">What lives on when the configuration is swapped.</param>
    /// <param name="time">The clock.</param>
    public static IBalancingAlgorithm Create(UpstreamPlan plan, IReadOnlyList<Peer> peers, UpstreamState state, TimeProvider time) => plan.Algorithm switch
    {
        BalancingAlgorithm.ConsistentHashing => new ConsistentHashing(peers, plan),
        BalancingAlgorithm.LeastConnections => new LeastConnections(peers, state),
        BalancingAlgorithm.Latency => new Latency(peers, time),
        _ => new RoundRobin(peers, state),
    };

    /// <summary>Whether a request failed on the peer before.</summary>
    /// <param name="tried">The peers on which it failed, or null.</param>
    /// <param name="peer">The peer.</param>
    public static bool Has(this List<Peer>? tried, Peer peer)
    {
        for (var i = 0; i < tried?.Count; i++)
        {
            // A peer is made anew when its name is resolved again; its state stays.
            if (ReferenceEquals(tried[i].State, peer.State))
            {
                return true;
            }
        }

        return false;
    }
}
