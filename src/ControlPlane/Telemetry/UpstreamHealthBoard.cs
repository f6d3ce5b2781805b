using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>The health of upstreams as the data planes that are connected to this node see it.</summary>
/// <param name="time">The clock.</param>
internal sealed class UpstreamHealthBoard(TimeProvider time)
{
    /// <summary>Data planes repeat what they see more often than this; what is not repeated is no longer so.</summary>
    private static readonly TimeSpan _validity = TimeSpan.FromSeconds(60);

    // Far more than a data plane has; a bound for one that goes mad.
    private const int MostUpstreams = 20_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    /// <summary>Takes in what a data plane sees.</summary>
    /// <param name="id">The data plane.</param>
    /// <param name="hostname">The name of its machine.</param>
    /// <param name="upstreams">The upstreams that changed since its last report, or that are due to be repeated.</param>
    public void Record(string id, string hostname, IReadOnlyList<UpstreamHealth> upstreams)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_nodes.TryGetValue(id, out var node))
            {
                _nodes[id] = node = new Node();
            }

            node.Hostname = hostname;
            foreach (var upstream in upstreams.Where(u => node.Upstreams.Count < MostUpstreams || node.Upstreams.ContainsKey(u.Id)))
            {
                node.Upstreams[upstream.Id] = (upstream, now);
            }

            Forget(now);
        }
    }

    /// <summary>What each data plane sees of an upstream.</summary>
    /// <param name="upstream">The upstream.</param>
    public IReadOnlyList<NodeHealth> Of(Guid upstream)
    {
        lock (_lock)
        {
            Forget(time.GetUtcNow());
            return [.. _nodes.Where(n => n.Value.Upstreams.ContainsKey(upstream)).OrderBy(n => n.Key, StringComparer.Ordinal)
                .Select(n => new NodeHealth(n.Key, n.Value.Hostname, n.Value.Upstreams[upstream].Health))];
        }
    }

    /// <summary>What each data plane sees of all upstreams.</summary>
    public IReadOnlyList<UpstreamHealth> All
    {
        get
        {
            lock (_lock)
            {
                Forget(time.GetUtcNow());
                return [.. _nodes.Values.SelectMany(n => n.Upstreams.Values.Select(u => u.Health))];
            }
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (id, node) in _nodes)
        {
            foreach (var gone in node.Upstreams.Where(u => now - u.Value.At > _validity).Select(u => u.Key).ToArray())
            {
                node.Upstreams.Remove(gone);
            }

            if (node.Upstreams.Count is 0)
            {
                _nodes.Remove(id);
            }
        }
    }

    private sealed class Node
    {
        public string Hostname { get; set; } = "";

        public Dictionary<Guid, (UpstreamHealth Health, DateTimeOffset At)> Upstreams { get; } = [];
    }
}

/// <summary>The health of an upstream as one node sees it.</summary>
/// <param name="Id">The node.</param>
/// <param name="Hostname">The name of its machine.</param>
/// <param name="Health">What it sees.</param>
internal sealed record NodeHealth(string Id, string Hostname, UpstreamHealth Health);
