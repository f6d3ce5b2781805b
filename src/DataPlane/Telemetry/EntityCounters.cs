using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.DataPlane.Proxy;
using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Counts requests per route and per consumer, without a lock between requests.</summary>
internal sealed class EntityCounters
{
    private const int FirstStatus = 100;
    private const int Statuses = 500;

    // What is in use at once; beyond it, requests count in the totals of the node only.
    private const int MostRoutes = 5_000;
    private const int MostConsumers = 5_000;

    // A report holds some hundred kilobytes at most; what does not fit stays counted and goes with the next one.
    private const int MostNumbers = 60_000;

    // How many reports in a row a counter may have nothing to tell before it is dropped.
    private const int Patience = 60;

    private static readonly long _perMicrosecond = Math.Max(1, Stopwatch.Frequency / 1_000_000);

    private readonly ConcurrentDictionary<(Guid Route, Guid Service), Counter> _routes = new();
    private readonly ConcurrentDictionary<Guid, Counter> _consumers = new();
    private int _cursor;

    /// <summary>Counts an answered request.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="now">When it was answered, in ticks of <see cref="Stopwatch"/>.</param>
    public void Record(HttpExchange exchange, int status, long now)
    {
        var total = Microseconds(exchange.Started, now);
        if (exchange.Route is { } route && Of(_routes, (route.Id.Value, exchange.Service?.Id.Value ?? Guid.Empty), MostRoutes) is { } counter)
        {
            (exchange.IsOwnAnswer ? counter.Own : counter.Codes).Add(status - FirstStatus);
            counter.Latency.Add(LatencyBuckets.IndexOf(total));
            if (exchange.HandedOver is not 0)
            {
                counter.Gateway.Add(LatencyBuckets.IndexOf(Microseconds(exchange.Started, exchange.HandedOver)));
            }

            if (exchange.UpstreamAnswered is not 0)
            {
                counter.Upstream.Add(LatencyBuckets.IndexOf(Microseconds(exchange.HandedOver, exchange.UpstreamAnswered)));
            }
        }

        if (exchange.Consumer is { } consumer && Of(_consumers, consumer.Id.Value, MostConsumers) is { } own)
        {
            own.Codes.Add(status - FirstStatus);
            own.Latency.Add(LatencyBuckets.IndexOf(total));
        }
    }

    /// <summary>What was counted since the last time; what is too much for one report waits for the next.</summary>
    public (IReadOnlyList<RouteVitals>? Routes, IReadOnlyList<ConsumerVitals>? Consumers) Take()
    {
        var room = MostNumbers;
        // The two kinds take turns in being first, so that neither starves the other.
        var consumersFirst = (++_cursor & 1) is 1;
        var consumers = consumersFirst ? TakeConsumers(ref room) : null;
        var routes = TakeRoutes(ref room);
        consumers ??= consumersFirst ? null : TakeConsumers(ref room);
        return (routes, consumers);
    }

    private List<RouteVitals>? TakeRoutes(ref int room)
    {
        List<RouteVitals>? taken = null;
        foreach (var ((route, service), counter) in Turn(_routes))
        {
            if (room <= 0)
            {
                break;
            }

            var vitals = new RouteVitals
            {
                Id = route,
                Service = service == Guid.Empty ? null : service,
                Codes = counter.Codes.Take(FirstStatus),
                Own = counter.Own.Take(FirstStatus),
                Latency = counter.Latency.Take(),
                Upstream = counter.Upstream.Take(),
                Gateway = counter.Gateway.Take(),
            };
            var numbers = vitals.Codes.Count + vitals.Own.Count + vitals.Latency.Count + vitals.Upstream.Count + vitals.Gateway.Count;
            if (IsWorthTelling(_routes, (route, service), counter, numbers))
            {
                (taken ??= []).Add(vitals);
                room -= numbers;
            }
        }

        return taken;
    }

    private List<ConsumerVitals>? TakeConsumers(ref int room)
    {
        List<ConsumerVitals>? taken = null;
        foreach (var (id, counter) in Turn(_consumers))
        {
            if (room <= 0)
            {
                break;
            }

            var vitals = new ConsumerVitals { Id = id, Codes = counter.Codes.Take(FirstStatus), Latency = counter.Latency.Take() };
            var numbers = vitals.Codes.Count + vitals.Latency.Count;
            if (IsWorthTelling(_consumers, id, counter, numbers))
            {
                (taken ??= []).Add(vitals);
                room -= numbers;
            }
        }

        return taken;
    }

    private static bool IsWorthTelling<TKey>(ConcurrentDictionary<TKey, Counter> all, TKey key, Counter counter, int numbers)
        where TKey : notnull
    {
        counter.Silent = numbers is 0 ? counter.Silent + 1 : 0;
        if (counter.Silent > Patience)
        {
            all.TryRemove(key, out _);
        }

        counter.Told = Stopwatch.GetTimestamp();
        return numbers > 0;
    }

    // Who was told longest ago comes first.
    private static IEnumerable<KeyValuePair<TKey, Counter>> Turn<TKey>(ConcurrentDictionary<TKey, Counter> all)
        where TKey : notnull => all.OrderBy(c => c.Value.Told);

    private static Counter? Of<TKey>(ConcurrentDictionary<TKey, Counter> all, TKey key, int most)
        where TKey : notnull
    {
        if (all.TryGetValue(key, out var counter))
        {
            return counter;
        }

        return all.Count < most ? all.GetOrAdd(key, static _ => new Counter()) : null;
    }

    private static long Microseconds(long from, long to) => (to - from) / _perMicrosecond;

    private sealed class Counter
    {
        public SparseCounter Codes { get; } = new(Statuses);

        public SparseCounter Own { get; } = new(Statuses);

        public SparseCounter Latency { get; } = new(LatencyBuckets.Count);

        public SparseCounter Upstream { get; } = new(LatencyBuckets.Count);

        public SparseCounter Gateway { get; } = new(LatencyBuckets.Count);

        public int Silent { get; set; }

        public long Told { get; set; }
    }
}
