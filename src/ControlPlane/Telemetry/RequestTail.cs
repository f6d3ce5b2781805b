using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>The last requests that data planes picked out, and every one after them.</summary>
internal sealed class RequestTail
{
    private const int Kept = 200;

    // Of a thousand planes with some requests each, people read a few.
    private const int MostPerSecond = 200;

    private readonly Lock _gate = new();
    private readonly Queue<Picked> _last = new();
    private readonly List<Listener> _listeners = [];
    private int _room = MostPerSecond;

    /// <summary>Takes in what a data plane picked.</summary>
    public void Record(Guid node, string hostname, IReadOnlyList<RequestSample> samples)
    {
        lock (_gate)
        {
            foreach (var sample in samples)
            {
                var picked = new Picked(node, hostname, sample);
                foreach (var listener in _listeners)
                {
                    if (listener.Filter.Fits(picked))
                    {
                        listener.Channel.Writer.TryWrite(picked);
                    }
                }

                if (_room-- > 0)
                {
                    _last.Enqueue(picked);
                    if (_last.Count > Kept)
                    {
                        _last.Dequeue();
                    }
                }
            }
        }
    }

    /// <summary>Lets a second's worth of requests in again.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            _room = MostPerSecond;
        }
    }

    /// <summary>The last requests that fit, and every one after them, taken in one step.</summary>
    public (IReadOnlyList<Picked> Last, ChannelReader<Picked> Next) Listen(RequestFilter filter, CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<Picked>(new BoundedChannelOptions(MostPerSecond) { FullMode = BoundedChannelFullMode.DropOldest });
        var listener = new Listener(filter, channel);
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
            return ([.. _last.Where(filter.Fits)], channel.Reader);
        }
    }

    private sealed record Listener(RequestFilter Filter, Channel<Picked> Channel);
}

/// <summary>A request that a data plane picked.</summary>
/// <param name="Node">The data plane.</param>
/// <param name="Hostname">The name of its machine.</param>
/// <param name="Sample">The request.</param>
internal sealed record Picked(Guid Node, string Hostname, RequestSample Sample)
{
    public JsonObject Render() => Sample.Render(Node.ToString(), Hostname);
}

/// <summary>Which requests someone wants to see; null is any.</summary>
internal sealed record RequestFilter
{
    public Guid? Node { get; init; }

    public Guid? Service { get; init; }

    public Guid? Route { get; init; }

    public Guid? Consumer { get; init; }

    /// <summary>The first digit of the status.</summary>
    public int? Class { get; init; }

    public bool Fits(Picked picked) => (Node is null || Node == picked.Node)
        && (Service is null || Service == picked.Sample.Service)
        && (Route is null || Route == picked.Sample.Route)
        && (Consumer is null || Consumer == picked.Sample.Consumer)
        && (Class is null || Class == picked.Sample.Status / 100);
}
