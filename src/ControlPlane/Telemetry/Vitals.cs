using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Gathers what the data planes report, second by second, and keeps the totals of the last quarter of an hour.</summary>
/// <param name="time">The clock.</param>
internal sealed class Vitals(TimeProvider time)
{
    /// <summary>How many seconds are kept.</summary>
    internal const int Kept = 900;

    /// <summary>A node that says nothing for so long is not shown any more.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Node> _nodes = [];
    private readonly Queue<VitalsSample> _totals = new();
    private readonly List<Channel<string>> _listeners = [];
    private string _latest = Render(0, [], new VitalsSample { At = 0 });

    /// <summary>Takes in a report; two within a second count together.</summary>
    public void Record(string id, string hostname, NodeVitals report)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(id, out var node))
            {
                _nodes[id] = node = new Node();
            }

            (node.Hostname, node.Last, node.Seen) = (hostname, report, time.GetUtcNow());
            node.Pending.Add(report);
        }
    }

    /// <summary>Ends a second: adds up what came in and tells the listeners.</summary>
    public void Tick()
    {
        var now = time.GetUtcNow();
        var at = now.ToUnixTimeSeconds();
        lock (_gate)
        {
            foreach (var id in _nodes.Where(n => now - n.Value.Seen > _silence).Select(n => n.Key).ToArray())
            {
                _nodes.Remove(id);
            }

            var nodes = _nodes.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => (n.Key, n.Value.Hostname, n.Value.Sum(at))).ToArray();
            var total = VitalsSample.Sum(at, _nodes.Values.SelectMany(n => n.Pending)) with
            {
                Connections = nodes.Sum(n => n.Item3.Connections),
                MemoryBytes = nodes.Sum(n => n.Item3.MemoryBytes),
            };
            foreach (var node in _nodes.Values)
            {
                node.Pending.Clear();
            }

            _totals.Enqueue(total);
            if (_totals.Count > Kept)
            {
                _totals.Dequeue();
            }

            _latest = Render(at, nodes, total);
            // A listener that does not keep up misses seconds; it must not hold the others.
            _listeners.ForEach(l => l.Writer.TryWrite(_latest));
        }
    }

    /// <summary>The kept totals with the latest second, and every second after it, taken in one step.</summary>
    public (string Snapshot, ChannelReader<string> Updates) Listen(CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<string>(new BoundedChannelOptions(10) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            _listeners.Add(channel);
            cancellation.Register(() =>
            {
                lock (_gate)
                {
                    _listeners.Remove(channel);
                }
            });
            var snapshot = JsonNode.Parse(_latest)!.AsObject();
            snapshot["points"] = new JsonArray([.. _totals.Select(t => t.Render())]);
            return (snapshot.ToJsonString(), channel.Reader);
        }
    }

    // Written once for all listeners.
    private static string Render(long at, (string Id, string Hostname, VitalsSample Sample)[] nodes, VitalsSample total)
    {
        var json = new JsonObject
        {
            ["at"] = at,
            ["nodes"] = new JsonArray([.. nodes.Select(n =>
            {
                var node = n.Sample.Render();
                node["id"] = n.Id;
                node["hostname"] = n.Hostname;
                return node;
            })]),
            ["total"] = total.Render(),
        };
        return json.ToJsonString();
    }

    private sealed class Node
    {
        public string Hostname { get; set; } = "";

        public NodeVitals Last { get; set; } = new();

        public DateTimeOffset Seen { get; set; }

        public List<NodeVitals> Pending { get; } = [];

        public VitalsSample Sum(long at) =>
            VitalsSample.Sum(at, Pending) with { Connections = Last.Connections, MemoryBytes = Last.MemoryBytes };
    }
}
