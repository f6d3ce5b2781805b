using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Counts what data planes report since the start of this node, for Prometheus.</summary>
internal sealed class ClusterMetrics
{
    // Beyond it, new ones are not told apart: a scrape must stay readable.
    private const int MostRoutes = 10_000;
    private const int MostConsumers = 10_000;
    private const int MostNodes = 5_000;

    private static readonly double[] _gateway = [1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1000];
    private static readonly double[] _whole = [25, 50, 80, 100, 250, 400, 700, 1000, 2000, 5000, 10000, 30000, 60000];

    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid Route, Guid Service), RouteTotals> _routes = [];
    private readonly Dictionary<Guid, SortedDictionary<long, long>> _consumers = [];
    private readonly Dictionary<Guid, long> _nodes = [];

    /// <summary>Takes in a report.</summary>
    public void Record(Guid node, NodeVitals report)
    {
        lock (_gate)
        {
            if (_nodes.Count < MostNodes || _nodes.ContainsKey(node))
            {
                _nodes[node] = _nodes.GetValueOrDefault(node) + report.Requests;
            }

            foreach (var route in report.Routes ?? [])
            {
                Totals(route)?.Add(route);
            }

            foreach (var consumer in report.Consumers ?? [])
            {
                if (_consumers.TryGetValue(consumer.Id, out var codes) || (_consumers.Count < MostConsumers && _consumers.TryAdd(consumer.Id, codes = [])))
                {
                    Add(codes, consumer.Codes);
                }
            }
        }
    }

    /// <summary>What the names of these have to be found for.</summary>
    public (IReadOnlyCollection<Guid> Routes, IReadOnlyCollection<Guid> Services, IReadOnlyCollection<Guid> Consumers) Ids
    {
        get
        {
            lock (_gate)
            {
                return ([.. _routes.Keys.Select(k => k.Route).Distinct()], [.. _routes.Keys.Select(k => k.Service).Distinct()], [.. _consumers.Keys]);
            }
        }
    }

    /// <summary>Writes the counts.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="routes">The names of routes.</param>
    /// <param name="services">The names of services.</param>
    /// <param name="consumers">The names of consumers.</param>
    public void Write(
        MetricText text, IReadOnlyDictionary<Guid, SeriesName> routes, IReadOnlyDictionary<Guid, SeriesName> services, IReadOnlyDictionary<Guid, SeriesName> consumers)
    {
        lock (_gate)
        {
            var named = _routes.Select(r => (Labels: Labels(r.Key), r.Value)).OrderBy(r => r.Labels[0].Item2, StringComparer.Ordinal)
                .ThenBy(r => r.Labels[1].Item2, StringComparer.Ordinal).ToArray();
            text.Metric("kong_http_requests_total", "counter", "HTTP status codes per service and route, over all data planes that report to this node");
            foreach (var (labels, totals) in named)
            {
                WriteCodes(text, totals.Codes, labels, "service");
                WriteCodes(text, totals.Own, labels, "kong");
            }

            WriteHistograms(text, "kong_kong_latency_ms", "Latency added by the gateway before a request goes upstream, in milliseconds", named, t => t.Gateway, _gateway);
            WriteHistograms(text, "kong_upstream_latency_ms", "Latency of upstreams until their answer begins, in milliseconds", named, t => t.Upstream, _whole);
            WriteHistograms(text, "kong_request_latency_ms", "Latency of requests as clients see it, in milliseconds", named, t => t.Whole, _whole);

            text.Metric("gateway_consumer_requests_total", "counter", "HTTP status codes per consumer");
            foreach (var (id, codes) in _consumers.OrderBy(c => NameOf(consumers, c.Key).Name, StringComparer.Ordinal))
            {
                foreach (var (code, count) in codes)
                {
                    text.Sample(count, ("consumer", NameOf(consumers, id).Name), ("code", Code(code)), ("workspace", NameOf(consumers, id).Workspace));
                }
            }

            text.Metric("kong_nginx_requests_total", "gauge", "Requests per data plane");
            foreach (var (id, count) in _nodes.OrderBy(n => n.Key))
            {
                text.Sample(count, ("node_id", id.ToString()), ("subsystem", "http"));
            }
        }

        (string, string)[] Labels((Guid Route, Guid Service) key) =>
            [("service", key.Service == Guid.Empty ? "" : NameOf(services, key.Service).Name), ("route", NameOf(routes, key.Route).Name), ("workspace", NameOf(routes, key.Route).Workspace)];
    }

    private static void WriteCodes(MetricText text, SortedDictionary<long, long> codes, (string, string)[] labels, string source)
    {
        foreach (var (code, count) in codes)
        {
            text.Sample(count, [labels[0], labels[1], ("code", Code(code)), ("source", source), labels[2], ("consumer", "")]);
        }
    }

    private static void WriteHistograms(
        MetricText text, string name, string help, ((string, string)[] Labels, RouteTotals Totals)[] routes, Func<RouteTotals, LatencyHistogram> of, double[] bounds)
    {
        text.Metric(name, "histogram", help);
        foreach (var (labels, totals) in routes.Where(r => of(r.Totals).Count > 0))
        {
            text.Histogram(of(totals), bounds, labels);
        }
    }

    private RouteTotals? Totals(RouteVitals route)
    {
        var key = (route.Id, route.Service ?? Guid.Empty);
        return _routes.TryGetValue(key, out var totals) ? totals : _routes.Count < MostRoutes ? _routes[key] = new RouteTotals() : null;
    }

    private static SeriesName NameOf(IReadOnlyDictionary<Guid, SeriesName> names, Guid id) => names.GetValueOrDefault(id) ?? new SeriesName(id.ToString(), "");

    private static string Code(long code) => code.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Add(SortedDictionary<long, long> codes, IReadOnlyList<long> packed)
    {
        for (var i = 0; i + 1 < packed.Count; i += 2)
        {
            codes[packed[i]] = codes.GetValueOrDefault(packed[i]) + packed[i + 1];
        }
    }

    private sealed class RouteTotals
    {
        public SortedDictionary<long, long> Codes { get; } = [];

        public SortedDictionary<long, long> Own { get; } = [];

        public LatencyHistogram Whole { get; } = new();

        public LatencyHistogram Upstream { get; } = new();

        public LatencyHistogram Gateway { get; } = new();

        public void Add(RouteVitals route)
        {
            ClusterMetrics.Add(Codes, route.Codes);
            ClusterMetrics.Add(Own, route.Own);
            Whole.Add(route.Latency);
            Upstream.Add(route.Upstream);
            Gateway.Add(route.Gateway);
        }
    }
}
