using System.Diagnostics;
using Gateway.DataPlane.Proxy;
using Gateway.DataPlane.Routing;
using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Counts requests per route and per consumer, without a lock between requests.</summary>
internal sealed class EntityCounters
{
    // What is in use at once; beyond it, requests count in the totals of the node only.
    private const int MostRoutes = 5_000;
    private const int MostConsumers = 5_000;

    // A report holds some hundred kilobytes at most; what does not fit stays counted and goes with the next one.
    private const int MostNumbers = 60_000;

    private static readonly long _perMicrosecond = Math.Max(1, Stopwatch.Frequency / 1_000_000);

    private readonly AnsweredRequests _answered;
    private readonly CounterRing<(Guid Route, Guid Service)> _routes = new(MostRoutes);
    private readonly CounterRing<Guid> _consumers = new(MostConsumers);
    private readonly EntityCounter?[] _found = new EntityCounter?[AnsweredRequests.BatchSize];
    private int _turn;

    /// <summary>Makes counters that have counted nothing.</summary>
    public EntityCounters() => _answered = new(Count);

    /// <summary>Counts an answered request.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="now">When it was answered, in ticks of <see cref="Stopwatch"/>.</param>
    public void Record(HttpExchange exchange, int status, long now)
    {
        var route = exchange.CounterlessEra != _routes.Era ? exchange.RoutePlan : null;
        var consumer = exchange.Consumer?.Id.Value ?? default;
        if (route is null && consumer == default)
        {
            return;
        }

        _answered.Add(new(route, consumer, new RequestNote(
            status, exchange.IsOwnAnswer, Bucket(exchange.Started, now),
            exchange.HandedOver is 0 ? -1 : Bucket(exchange.Started, exchange.HandedOver),
            exchange.UpstreamAnswered is 0 ? -1 : Bucket(exchange.HandedOver, exchange.UpstreamAnswered))));
    }

    /// <summary>What was counted since the last time; what is too much for one report waits for the next.</summary>
    public (IReadOnlyList<RouteVitals>? Routes, IReadOnlyList<ConsumerVitals>? Consumers) Take() => _answered.CountAndRead<(IReadOnlyList<RouteVitals>?, IReadOnlyList<ConsumerVitals>?)>(() =>
    {
        var room = MostNumbers;
        // The two kinds take turns in being first, so that neither starves the other.
        var consumersFirst = (++_turn & 1) is 1;
        var consumers = consumersFirst ? _consumers.Take(Vitals, ref room) : null;
        var routes = _routes.Take(Vitals, ref room);
        return (routes, consumersFirst ? consumers : _consumers.Take(Vitals, ref room));
    });

    private void Count(ReadOnlySpan<AnsweredRequest> requests)
    {
        // Most plans and counters have left the processor's caches. To find all of a batch before any is touched has the processor wait for many of them at the same time, and not for each in turn.
        var found = _found.AsSpan(0, requests.Length);
        for (var i = 0; i < requests.Length; i++)
        {
            found[i] = requests[i].Route?.Counter as EntityCounter;
        }

        for (var i = 0; i < requests.Length; i++)
        {
            ref readonly var request = ref requests[i];
            var counter = found[i] is { IsDropped: false } known ? known : request.Route is { } plan ? Of(plan) : null;
            counter?.Add(request.Note);
        }

        for (var i = 0; i < requests.Length; i++)
        {
            found[i] = requests[i].Consumer is var consumer && consumer != default ? _consumers.Of(consumer) : null;
        }

        for (var i = 0; i < requests.Length; i++)
        {
            found[i]?.Add(requests[i].Note.ForConsumer);
        }

        found.Clear();
    }

    private EntityCounter? Of(RoutePlan plan)
    {
        // The plan keeps it until it is dropped, and that there is none until there is room, so that few requests look it up. The latter is a number and no object: a young object
        // that a hundred thousand old plans refer to has every small collection search all of them.
        if (_routes.Of((plan.Route.Id.Value, plan.Service?.Service.Id.Value ?? Guid.Empty)) is { } counter)
        {
            plan.Counter = counter;
            return counter;
        }

        plan.CounterlessEra = _routes.Era;
        return null;
    }

    private static RouteVitals Vitals((Guid Route, Guid Service) ids, TakenCounts counts) => new()
    {
        Id = ids.Route,
        Service = ids.Service == Guid.Empty ? null : ids.Service,
        Codes = counts.Of(CountKind.Codes),
        Own = counts.Of(CountKind.Own),
        Latency = counts.Of(CountKind.Latency),
        Upstream = counts.Of(CountKind.Upstream),
        Gateway = counts.Of(CountKind.Gateway),
    };

    private static ConsumerVitals Vitals(Guid id, TakenCounts counts) => new() { Id = id, Codes = counts.Of(CountKind.Codes), Latency = counts.Of(CountKind.Latency) };

    private static int Bucket(long from, long to) => LatencyBuckets.IndexOf((to - from) / _perMicrosecond);
}
