using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Makes a report of what the node did, every second.</summary>
public sealed class VitalsReports
{
    private readonly Traffic _traffic;
    private readonly TimeProvider _time;
    private TrafficTotals _before;

    internal VitalsReports(Traffic traffic, TimeProvider time)
    {
        (_traffic, _time) = (traffic, time);
        traffic.Watch();
        _before = traffic.Totals.Read();
    }

    /// <summary>Hands over a report on every full second until it is cancelled.</summary>
    /// <param name="take">Takes the report; it must not wait long, for the seconds go on.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Func<NodeVitals, ValueTask> take, CancellationToken cancellation)
    {
        var next = 0L;
        while (true)
        {
            // On the full second, as the control plane expects; from the former one on, so that an early timer does not report twice.
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            next = Math.Max(next, now - (now % 1000)) + 1000;
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, next - now)), _time, cancellation);
            await take(Next(next / 1000));
        }
    }

    private NodeVitals Next(long at)
    {
        var totals = _traffic.Totals.Read();
        var second = totals.Since(_before);
        _before = totals;
        var (routes, consumers) = _traffic.Entities.Take();
        return new NodeVitals
        {
            At = at,
            Informational = second.ByClass[0],
            Successful = second.ByClass[1],
            Redirected = second.ByClass[2],
            ClientErrors = second.ByClass[3],
            ServerErrors = second.ByClass[4],
            Latency = PackedCounts.Pack([.. second.Latency]),
            Connections = _traffic.Totals.Connections,
            MemoryBytes = Environment.WorkingSet,
            Streams = _traffic.Totals.Streams is { Sessions: > 0 } streams ? streams : null,
            Routes = routes,
            Consumers = consumers,
            Samples = _traffic.Sampler.Take(),
        };
    }
}
