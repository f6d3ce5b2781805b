namespace Gateway.DataPlane.Upstreams.Algorithms;

/// <summary>The moving average of how long a peer takes; it fades by half every seven seconds.</summary>
internal sealed class Pace
{
    private static readonly TimeSpan _decay = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private double _average;
    private long _touched = long.MinValue;

    /// <summary>Whether there is anything to go by.</summary>
    public bool IsKnown => Volatile.Read(ref _touched) != long.MinValue;

    /// <summary>The average, faded to a moment.</summary>
    /// <param name="now">The moment, in ticks of the clock.</param>
    /// <param name="time">The clock.</param>
    public double At(long now, TimeProvider time)
    {
        lock (_lock)
        {
            return IsKnown ? _average * Fading(now, time) : 0;
        }
    }

    /// <summary>Begins with a value, unless something is known.</summary>
    /// <param name="seconds">The value.</param>
    /// <param name="now">The moment.</param>
    public void Begin(double seconds, long now)
    {
        lock (_lock)
        {
            if (!IsKnown)
            {
                (_average, _touched) = (seconds, now);
            }
        }
    }

    /// <summary>Forgets what was known, such as when the peer has come back as another process.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _touched = long.MinValue;
        }
    }

    /// <summary>Adds what a request took.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="time">The clock.</param>
    public void Add(double seconds, long now, TimeProvider time)
    {
        lock (_lock)
        {
            var old = IsKnown ? Fading(now, time) : 0;
            _average = (_average * old) + (seconds * (1 - old));
            _touched = now;
        }
    }

    private double Fading(long now, TimeProvider time) => Math.Exp(-Math.Max(0, time.GetElapsedTime(_touched, now).TotalSeconds) / _decay.TotalSeconds);
}
