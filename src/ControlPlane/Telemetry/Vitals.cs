using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Gathers what the data planes report, second by second, and tells those who listen.</summary>
/// <param name="time">The clock.</param>
internal sealed class Vitals(TimeProvider time)
{
    /// <summary>A node that says nothing for so long is not shown any more.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(10);

    // An hour of a database that is down; what is older is given up.
    private const int MostClosed = 60;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Node> _nodes = [];
    private readonly VitalsBook _book = new();
    private readonly List<Listener> _listeners = [];
    private readonly Channel<ClosedMinute> _closed = Channel.CreateBounded<ClosedMinute>(new BoundedChannelOptions(MostClosed) { FullMode = BoundedChannelFullMode.DropOldest });
    private string _latest = Render(0, [], default);

    /// <summary>The minutes that ended, to be stored.</summary>
    public ChannelReader<ClosedMinute> Closed => _closed.Reader;

    /// <summary>Takes in a report; two within a second count together.</summary>
    public void Record(Guid id, string hostname, NodeVitals report)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(id, out var node))
            {
                _nodes[id] = node = new Node();
            }

            (node.Hostname, node.Last, node.Seen) = (hostname, new NodeVitals { Connections = report.Connections, MemoryBytes = report.MemoryBytes, Streams = report.Streams }, time.GetUtcNow());
            _book.Record(id, report);
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

            var (second, minute) = _book.Tick(at, _nodes.Values.Sum(n => n.Last.Connections), _nodes.Values.Sum(n => n.Last.MemoryBytes));
            if (minute is not null)
            {
                _closed.Writer.TryWrite(minute);
            }

            var nodes = _nodes.OrderBy(n => n.Key).Select(n => (n.Key, n.Value.Hostname, second.GetValueOrDefault(new Series(SeriesKind.Node, n.Key)) with
            {
                At = at,
                Connections = n.Value.Last.Connections,
                MemoryBytes = n.Value.Last.MemoryBytes,
            })).ToArray();
            _latest = Render(at, nodes, second[Series.Cluster]);
            foreach (var listener in _listeners)
            {
                // A listener that does not keep up misses seconds; it must not hold the others.
                listener.Channel.Writer.TryWrite(listener.Series is { } series
                    ? (second.GetValueOrDefault(series) with { At = at }).Render(series.Kind).ToJsonString()
                    : _latest);
            }
        }
    }

    /// <summary>Ends the running minute before its time, when the node stops; null when it holds nothing.</summary>
    public ClosedMinute? Close()
    {
        lock (_gate)
        {
            return _book.Close();
        }
    }

    /// <summary>The kept totals with the latest second, and every second after it, taken in one step.</summary>
    public (string Snapshot, ChannelReader<string> Updates) Listen(CancellationToken cancellation) => Listen(null, cancellation);

    /// <summary>The kept seconds of one series, and every second after them, taken in one step.</summary>
    public (string Snapshot, ChannelReader<string> Updates) Listen(Series series, CancellationToken cancellation) => Listen((Series?)series, cancellation);

    /// <summary>The kept seconds of a series that ended after one moment and not after another, oldest first.</summary>
    /// <param name="series">The series.</param>
    /// <param name="start">The moment, in Unix seconds.</param>
    /// <param name="end">The other.</param>
    public IReadOnlyList<VitalsSample> Seconds(Series series, long start, long end)
    {
        lock (_gate)
        {
            return [.. _book.Seconds(series).Where(s => s.At > start && s.At <= end)];
        }
    }

    /// <summary>The series of a kind that have kept seconds.</summary>
    public IReadOnlyList<Series> Known(SeriesKind kind)
    {
        lock (_gate)
        {
            return [.. _book.Known(kind)];
        }
    }

    /// <summary>The nodes that report, with what they said last of connections and memory.</summary>
    public IReadOnlyList<(Guid Id, string Hostname, long Connections, long MemoryBytes)> Nodes
    {
        get
        {
            lock (_gate)
            {
                return [.. _nodes.Select(n => (n.Key, n.Value.Hostname, n.Value.Last.Connections, n.Value.Last.MemoryBytes))];
            }
        }
    }

    /// <summary>The nodes that had streams, with their counts since their start.</summary>
    public IReadOnlyList<(Guid Id, StreamTotals Streams)> Streams
    {
        get
        {
            lock (_gate)
            {
                return [.. _nodes.Where(n => n.Value.Last.Streams is not null).Select(n => (n.Key, n.Value.Last.Streams!)).OrderBy(n => n.Key)];
            }
        }
    }

    private (string Snapshot, ChannelReader<string> Updates) Listen(Series? series, CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<string>(new BoundedChannelOptions(10) { FullMode = BoundedChannelFullMode.DropOldest });
        var listener = new Listener(series, channel);
        lock (_gate)
        {
            _listeners.Add(listener);
            cancellation.Register(() =>
            {
                lock (_gate)
                {
                    _listeners.Remove(listener);
                }
            });
            var snapshot = series is null ? JsonNode.Parse(_latest)!.AsObject() : [];
            var kept = series ?? Series.Cluster;
            snapshot["points"] = new JsonArray([.. _book.Seconds(kept).Select(s => s.Render(kept.Kind))]);
            return (snapshot.ToJsonString(), channel.Reader);
        }
    }

    // Written once for all listeners.
    private static string Render(long at, (Guid Id, string Hostname, VitalsSample Sample)[] nodes, VitalsSample total)
    {
        var json = new JsonObject
        {
            ["at"] = at,
            ["nodes"] = new JsonArray([.. nodes.Select(n =>
            {
                var node = n.Sample.Render(SeriesKind.Node);
                node["id"] = n.Id.ToString();
                node["hostname"] = n.Hostname;
                return node;
            })]),
            ["total"] = total.Render(SeriesKind.Cluster),
        };
        return json.ToJsonString();
    }

    private sealed record Listener(Series? Series, Channel<string> Channel);

    private sealed class Node
    {
        public string Hostname { get; set; } = "";

        public NodeVitals Last { get; set; } = new();

        public DateTimeOffset Seen { get; set; }
    }
}
