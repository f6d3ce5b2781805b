using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Adds up what data planes report by series, keeps the seconds of the last quarter of an hour, and closes minutes.</summary>
/// <remarks>Not safe for several threads at once; <see cref="Vitals"/> holds the lock.</remarks>
internal sealed class VitalsBook
{
    /// <summary>How many seconds are kept.</summary>
    public const int Kept = 900;

    /// <summary>How many series of a kind are counted within one minute, the first that come; 2,000 nodes, and 1,000 of every other kind.</summary>
    private static int Most(SeriesKind kind) => kind is SeriesKind.Node ? 2_000 : 1_000;

    private readonly Dictionary<Series, Recent> _recent = [];
    private readonly int[] _open = new int[5];
    private Dictionary<Series, Tally> _second = [];
    private Dictionary<Series, Tally> _minute = [];
    private long _minuteEnd;

    /// <summary>Takes in a report.</summary>
    public void Record(Guid node, NodeVitals report)
    {
        Of(Series.Cluster)?.Add(report);
        Of(new Series(SeriesKind.Node, node))?.Add(report);
        foreach (var route in report.Routes ?? [])
        {
            Add(new Series(SeriesKind.Route, route.Id), route);
            if (route.Service is { } service)
            {
                Add(new Series(SeriesKind.Service, service), route);
            }
        }

        foreach (var consumer in report.Consumers ?? [])
        {
            if (Of(new Series(SeriesKind.Consumer, consumer.Id)) is { } tally)
            {
                tally.AddCodes(consumer.Codes);
                tally.AddLatency(consumer.Latency);
            }
        }
    }

    /// <summary>Ends a second.</summary>
    /// <param name="at">Its end, in Unix seconds.</param>
    /// <param name="connections">The connections of all data planes at its end.</param>
    /// <param name="memory">The memory of all data planes at its end.</param>
    /// <returns>What the second held, and the minute that ended with it or before it.</returns>
    public (IReadOnlyDictionary<Series, VitalsSample> Second, ClosedMinute? Minute) Tick(long at, long connections, long memory)
    {
        // A report's own figures are those of one node.
        var cluster = Of(Series.Cluster)!;
        (cluster.Connections, cluster.MemoryBytes) = (connections, memory);
        var end = (at + 59) / 60 * 60;
        var closed = _minuteEnd < end ? Close() : null;
        _minuteEnd = end;
        var samples = new Dictionary<Series, VitalsSample>(_second.Count);
        foreach (var (series, tally) in _second)
        {
            var sample = tally.ToSample(at);
            samples[series] = sample;
            Keep(series, sample);
            if (!_minute.TryAdd(series, tally))
            {
                _minute[series].Add(tally);
            }
        }

        _second = [];
        Forget(at);
        return (samples, at == end ? Close() : closed);
    }

    /// <summary>Ends the minute before its time, when the node stops; null when nothing was counted.</summary>
    public ClosedMinute? Close()
    {
        var closed = _minute.Count > 0 ? new ClosedMinute(_minuteEnd, _minute) : null;
        _minute = [];
        Array.Clear(_open);
        return closed;
    }

    /// <summary>The kept seconds of a series, oldest first; those without a request may be missing.</summary>
    public IEnumerable<VitalsSample> Seconds(Series series) => _recent.TryGetValue(series, out var recent) ? recent.All : [];

    /// <summary>The series of a kind that have kept seconds.</summary>
    public IEnumerable<Series> Known(SeriesKind kind) => _recent.Keys.Where(s => s.Kind == kind);

    private void Add(Series series, RouteVitals route)
    {
        if (Of(series) is { } tally)
        {
            tally.AddCodes(route.Codes);
            tally.AddCodes(route.Own);
            tally.AddLatency(route.Latency);
        }
    }

    private Tally? Of(Series series)
    {
        if (_second.TryGetValue(series, out var tally))
        {
            return tally;
        }

        if (!_minute.ContainsKey(series) && ++_open[(int)series.Kind] > Most(series.Kind))
        {
            return null;
        }

        return _second[series] = new Tally();
    }

    private void Keep(Series series, in VitalsSample sample)
    {
        if (!_recent.TryGetValue(series, out var recent))
        {
            if (_recent.Keys.Count(s => s.Kind == series.Kind) >= Most(series.Kind))
            {
                return;
            }

            _recent[series] = recent = new Recent();
        }

        recent.Add(sample);
    }

    private void Forget(long at)
    {
        foreach (var (series, recent) in _recent)
        {
            recent.DropUntil(at - Kept);
            if (recent.Count is 0)
            {
                _recent.Remove(series);
            }
        }
    }

    /// <summary>A queue that grows with what it holds.</summary>
    private sealed class Recent
    {
        private readonly Queue<VitalsSample> _samples = new();

        public int Count => _samples.Count;

        public IEnumerable<VitalsSample> All => _samples;

        public void Add(in VitalsSample sample) => _samples.Enqueue(sample);

        public void DropUntil(long at)
        {
            while (_samples.TryPeek(out var oldest) && oldest.At <= at)
            {
                _samples.Dequeue();
            }
        }
    }
}

/// <summary>A minute in which nothing is counted any more.</summary>
/// <param name="At">Its end, in Unix seconds.</param>
/// <param name="Tallies">What it held.</param>
internal sealed record ClosedMinute(long At, IReadOnlyDictionary<Series, Tally> Tallies);
