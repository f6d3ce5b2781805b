using System.Globalization;

namespace Gateway.DataPlane.Upstreams.Algorithms;

/// <summary>
/// The same input goes to the same peer, and when a peer goes only its own inputs move. Every peer stands at many points of a circle (Ketama); an input is hashed
/// to a point and goes to the peer at or below it. The points are Kong's to the last one, so both kinds of nodes may stand side by side.
/// </summary>
internal sealed class ConsistentHashing : IBalancingAlgorithm
{
    private const int LeastPoints = 1000;
    private const int EntriesPerTarget = 160;
    private readonly uint _points;
    private readonly int[] _places;
    private readonly Peer[] _peers;

    /// <summary>Makes the circle.</summary>
    /// <param name="peers">The peers.</param>
    /// <param name="plan">How many points there are, and how many targets, those without a weight included.</param>
    public ConsistentHashing(IReadOnlyList<Peer> peers, UpstreamPlan plan)
    {
        _points = (uint)Math.Max(plan.Slots, LeastPoints);
        var entries = Place(peers, plan.Targets.Count);
        _places = [.. entries.Keys];
        _peers = [.. entries.Values];
    }

    /// <summary>The points that are taken, in order, with their peers.</summary>
    public IEnumerable<(int Point, Peer Peer)> Entries => _places.Zip(_peers);

    /// <inheritdoc/>
    public Peer? Next(string hash, List<Peer>? tried)
    {
        var index = Array.BinarySearch(_places, Point(hash));
        var start = index >= 0 ? index : ~index - 1;
        return Below(start, tried) ?? (tried is null ? null : Below(start, null));
    }

    private int Point(string text) => (int)(XxHash32.Of(text) % _points) + 1;

    private Peer? Below(int start, List<Peer>? tried)
    {
        for (var i = 0; i < _peers.Length; i++)
        {
            var peer = _peers[start - i < 0 ? start - i + _peers.Length : start - i];
            if (peer.IsAvailable && !tried.Has(peer))
            {
                return peer;
            }
        }

        return null;
    }

    private SortedDictionary<int, Peer> Place(IReadOnlyList<Peer> peers, int targets)
    {
        var placed = new SortedDictionary<int, Peer>();
        var total = peers.Sum(p => (double)p.Weight);
        var ordered = peers.OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.TargetPort)
            .ThenBy(p => string.Create(CultureInfo.InvariantCulture, $"{p.AddressText}:{p.Port}"), StringComparer.Ordinal);
        foreach (var peer in ordered)
        {
            var wanted = Math.Max(1, (int)Math.Floor(peer.Weight / total * targets * EntriesPerTarget));

            // The number runs on over points that are taken, at most as far as there are points.
            for (var i = 1; wanted > 0 && i <= _points; i++)
            {
                wanted -= placed.TryAdd(Point(string.Create(CultureInfo.InvariantCulture, $"{peer.AddressText}::{peer.Port} {i}")), peer) ? 1 : 0;
            }
        }

        return placed;
    }
}
