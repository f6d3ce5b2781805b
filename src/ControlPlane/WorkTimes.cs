using System.Collections.Concurrent;

namespace Gateway.ControlPlane;

/// <summary>How long the rounds of this node's periodic work took, by the service that does it.</summary>
internal sealed class WorkTimes(TimeProvider time)
{
    private readonly ConcurrentDictionary<Type, WorkTime> _times = new();

    /// <summary>The times of a service's rounds; null when it counts none.</summary>
    public WorkTime? Of(Type service) => _times.GetValueOrDefault(service);

    /// <summary>Begins a round of a service; it ends when what is returned is disposed of.</summary>
    public Round Begin<T>()
    {
        var times = _times.GetOrAdd(typeof(T), static _ => new WorkTime());
        times.Begin();
        return new Round(times, time, time.GetTimestamp());
    }

    /// <summary>A round of work.</summary>
    public readonly struct Round(WorkTime times, TimeProvider time, long began) : IDisposable
    {
        /// <summary>Notes that the round failed, and why.</summary>
        public void Fail(string message) => times.Fail(message);

        public void Dispose() => times.End(time.GetElapsedTime(began).TotalSeconds);
    }
}

/// <summary>The times of one service's rounds, in seconds; the variance is that of Welford's method, so that no round is kept.</summary>
internal sealed class WorkTime
{
    private readonly Lock _gate = new();
    private double _squares;

    public long Begun { get; private set; }

    public long Finished { get; private set; }

    public double Least { get; private set; } = double.PositiveInfinity;

    public double Most { get; private set; }

    public double Average { get; private set; }

    public double Variance => Finished > 1 ? _squares / (Finished - 1) : 0;

    public string LastError { get; private set; } = "";

    public bool IsRunning => Begun > Finished;

    public void Begin()
    {
        lock (_gate)
        {
            Begun++;
        }
    }

    public void Fail(string message)
    {
        lock (_gate)
        {
            LastError = message;
        }
    }

    public void End(double seconds)
    {
        lock (_gate)
        {
            Finished++;
            (Least, Most) = (Math.Min(Least, seconds), Math.Max(Most, seconds));
            var off = seconds - Average;
            Average += off / Finished;
            _squares += off * (seconds - Average);
        }
    }
}
