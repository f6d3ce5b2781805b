using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.DataPlane.Proxy;
using Gateway.DataPlane.Routing;
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

    private readonly Counters<(Guid Route, Guid Service)> _routes = new(MostRoutes);
    private readonly Counters<Guid> _consumers = new(MostConsumers);
    private int _cursor;

    /// <summary>Counts an answered request.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="now">When it was answered, in ticks of <see cref="Stopwatch"/>.</param>
    public void Record(HttpExchange exchange, int status, long now)
    {
        var total = Microseconds(exchange.Started, now);
        if (exchange.RoutePlan is { } plan && Of(plan) is { } counter)
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

        if (exchange.Consumer is { } consumer && _consumers.Of(consumer.Id.Value) is { } own)
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
        foreach (var ((route, service), counter) in _routes.Turn())
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
            if (_routes.IsWorthTelling((route, service), counter, numbers))
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
        foreach (var (id, counter) in _consumers.Turn())
        {
            if (room <= 0)
            {
                break;
            }

            var vitals = new ConsumerVitals { Id = id, Codes = counter.Codes.Take(FirstStatus), Latency = counter.Latency.Take() };
            var numbers = vitals.Codes.Count + vitals.Latency.Count;
            if (_consumers.IsWorthTelling(id, counter, numbers))
            {
                (taken ??= []).Add(vitals);
                room -= numbers;
            }
        }

        return taken;
    }

    private Counter? Of(RoutePlan plan)
    {
        // The plan keeps it until it is dropped, so that few requests look it up.
        if (plan.Counter is Counter { IsDropped: false } known)
        {
            return known;
        }

        var counter = _routes.Of((plan.Route.Id.Value, plan.Service?.Service.Id.Value ?? Guid.Empty));
        plan.Counter = counter;
        return counter;
    }

    private static long Microseconds(long from, long to) => (to - from) / _perMicrosecond;

    /// <summary>The counters of one kind, by what they count.</summary>
    private sealed class Counters<TKey>(int most)
        where TKey : notnull
    {
        private readonly ConcurrentDictionary<TKey, Counter> _all = new();

        // The dictionary's own count takes all its locks.
        private int _count;

        public Counter? Of(TKey key)
        {
            if (_all.TryGetValue(key, out var counter))
            {
                return counter;
            }

            if (Volatile.Read(ref _count) >= most)
            {
                return null;
            }

            counter = new Counter();
            if (_all.TryAdd(key, counter))
            {
                Interlocked.Increment(ref _count);
                return counter;
            }

            return _all.GetValueOrDefault(key);
        }

        // Who was told longest ago comes first.
        public IEnumerable<KeyValuePair<TKey, Counter>> Turn() => _all.OrderBy(c => c.Value.Told);

        public bool IsWorthTelling(TKey key, Counter counter, int numbers)
        {
            counter.Silent = numbers is 0 ? counter.Silent + 1 : 0;
            if (counter.Silent > Patience && _all.TryRemove(key, out _))
            {
                counter.IsDropped = true;
                Interlocked.Decrement(ref _count);
            }

            counter.Told = Stopwatch.GetTimestamp();
            return numbers > 0;
        }
    }

    private sealed class Counter
    {
        private volatile bool _isDropped;

        /// <summary>Whether nobody reads it any more; what is counted at the very moment is lost.</summary>
        public bool IsDropped
        {
            get => _isDropped;
            set => _isDropped = value;
        }

        public SparseCounter Codes { get; } = new(Statuses);

        public SparseCounter Own { get; } = new(Statuses);

        public SparseCounter Latency { get; } = new(LatencyBuckets.Count);

        public SparseCounter Upstream { get; } = new(LatencyBuckets.Count);

        public SparseCounter Gateway { get; } = new(LatencyBuckets.Count);

        public int Silent { get; set; }

        public long Told { get; set; }
    }
}
