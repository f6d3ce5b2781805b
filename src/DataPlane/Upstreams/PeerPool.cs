using Gateway.DataPlane.Upstreams.Algorithms;

namespace Gateway.DataPlane.Upstreams;

/// <summary>A target and the peers that its name led to.</summary>
/// <param name="Target">The target.</param>
/// <param name="Peers">The peers; none when the name has no address.</param>
/// <param name="Source">Where the addresses come from: <c>A</c>, <c>SRV</c>, or what the resolver said instead.</param>
internal sealed record ResolvedTarget(UpstreamTarget Target, IReadOnlyList<Peer> Peers, string Source);

/// <summary>The peers of an upstream at one time.</summary>
/// <param name="Targets">The targets with their peers.</param>
/// <param name="Algorithm">What chooses among the peers.</param>
/// <param name="RenewAt">When the names must be resolved again, in ticks of the clock.</param>
/// <param name="Failure">Why the only name has no address; null when it has or when there are several.</param>
internal sealed record PeerPool(IReadOnlyList<ResolvedTarget> Targets, IBalancingAlgorithm Algorithm, long RenewAt, string? Failure)
{
    private HealthView _view = new(-1, true);

    /// <summary>The only peer, where that is no matter of choice: it has a weight, and its health is nobody's concern.</summary>
    public Peer? Only { get; } = Targets is [{ Peers: [{ Weight: > 0, IsChecked: false } only] }] ? only : null;

    /// <summary>Whether there is no peer at all.</summary>
    public bool IsEmpty { get; } = Targets.All(t => t.Peers.Count is 0);

    /// <summary>The weight of all peers.</summary>
    public int TotalWeight => Targets.Sum(t => t.Peers.Sum(p => p.Weight));

    /// <summary>The weight of the peers that are available.</summary>
    public int AvailableWeight => Targets.Sum(t => t.Peers.Sum(p => p.IsAvailable ? p.Weight : 0));

    /// <summary>Whether more than a percentage of the weight is available.</summary>
    /// <param name="threshold">The percentage.</param>
    /// <param name="version">The version of the upstream's health, for which the answer is kept.</param>
    public bool IsHealthy(double threshold, long version)
    {
        var view = Volatile.Read(ref _view);
        if (view.Version != version)
        {
            var total = TotalWeight;
            view = new HealthView(version, total > 0 && AvailableWeight * 100d / total > threshold);
            Volatile.Write(ref _view, view);
        }

        return view.IsHealthy;
    }

    private sealed record HealthView(long Version, bool IsHealthy);
}
