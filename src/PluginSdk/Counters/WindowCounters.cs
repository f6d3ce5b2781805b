using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Gateway.PluginSdk.Counters;

/// <summary>What is counted together: the instance's binding and who made the request.</summary>
/// <param name="Route">The route that the instance is bound to, or the empty id.</param>
/// <param name="Service">The service that the instance is bound to, or the empty id.</param>
/// <param name="Who">Whose requests these are.</param>
/// <param name="Name">What is used, where it is not requests that are counted.</param>
public readonly record struct CounterKey(Guid Route, Guid Service, string Who, string? Name = null)
{
    /// <summary>Whose requests these are, where an id says it and nobody outside this process has to read the key; <see cref="Who"/> is empty then.</summary>
    public Guid Id { get; init; }
}

/// <summary>How much may be taken within a period.</summary>
/// <param name="Period">The period.</param>
/// <param name="Limit">How much.</param>
public readonly record struct WindowLimit(Period Period, double Limit);

/// <summary>
/// Counts in fixed windows that begin with the periods of the calendar, in this process' memory. What was refused is not counted, and taking is exact:
/// however many requests come at once, no more than the limit pass.
/// </summary>
public sealed class WindowCounters : IDisposable
{
    private readonly ConcurrentDictionary<CounterKey, Counter> _counters = new();
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private int _trimming;

    /// <summary>Makes counters.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="capacity">How many are kept at most; beyond that, those whose windows end first are let go.</param>
    public WindowCounters(TimeProvider time, int capacity = 1_000_000)
    {
        _time = time;
        _capacity = capacity;
        _sweep = time.CreateTimer(_ => Sweep(), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
    }

    /// <summary>How many counters there are.</summary>
    public int Count => _counters.Count;

    /// <summary>Takes one from every window, or from none when one of them has none left.</summary>
    /// <param name="key">What is counted together.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="now">The time.</param>
    /// <param name="left">Receives what each window has left after this; one that is exhausted has 0 or less before, and still has.</param>
    /// <returns>Whether there was one to take.</returns>
    public bool TryTake(in CounterKey key, ReadOnlySpan<WindowLimit> limits, DateTimeOffset now, Span<double> left)
    {
        return Counting(key).TryTake(limits, now, left);
    }

    /// <summary>Takes some from every window, even more than it has left.</summary>
    /// <param name="key">What is counted together.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="now">The time.</param>
    /// <param name="amount">How much is taken.</param>
    public void Take(in CounterKey key, ReadOnlySpan<WindowLimit> limits, DateTimeOffset now, long amount) => Counting(key).Take(limits, now, amount);

    /// <summary>Tells what every window has left, below 0 when more was taken, and takes nothing.</summary>
    /// <param name="key">What is counted together.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="now">The time.</param>
    /// <param name="left">Receives what each window has left.</param>
    public void Look(in CounterKey key, ReadOnlySpan<WindowLimit> limits, DateTimeOffset now, Span<double> left)
    {
        if (_counters.TryGetValue(key, out var counter))
        {
            counter.Look(limits, now, left);
            return;
        }

        for (var i = 0; i < limits.Length; i++)
        {
            left[i] = limits[i].Limit;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sweep.Dispose();

    private Counter Counting(in CounterKey key)
    {
        if (!_counters.TryGetValue(key, out var counter))
        {
            counter = _counters.GetOrAdd(key, static _ => new Counter());
            if (_counters.Count > _capacity && Interlocked.Exchange(ref _trimming, 1) is 0)
            {
                ThreadPool.QueueUserWorkItem(static counters => counters.Trim(), this, preferLocal: false);
            }
        }

        return counter;
    }

    private void Sweep()
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var (key, counter) in _counters)
        {
            if (counter.Ends <= now)
            {
                _counters.TryRemove(new(key, counter));
            }
        }
    }

    private void Trim()
    {
        try
        {
            Sweep();
            var excess = _counters.Count - (_capacity - (_capacity / 10));
            if (excess > 0)
            {
                foreach (var pair in _counters.OrderBy(c => c.Value.Ends).Take(excess).ToList())
                {
                    _counters.TryRemove(pair);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _trimming, 0);
        }
    }

    private sealed class Counter
    {
        // All in one object, itself the lock: with many counters each object more is a miss of the processor's caches, and each line of one too.
        private long _ends = long.MaxValue;
        private Windows _windows;

        public long Ends => Volatile.Read(ref _ends);

        public bool TryTake(ReadOnlySpan<WindowLimit> limits, DateTimeOffset now, Span<double> left)
        {
            lock (this)
            {
                Turn(limits, now, left);
                var all = true;
                for (var i = 0; i < limits.Length; i++)
                {
                    all &= left[i] > 0;
                }

                for (var i = 0; all && i < limits.Length; i++)
                {
                    _windows[(int)limits[i].Period].Count++;
                    left[i]--;
                }

                return all;
            }
        }

        public void Take(ReadOnlySpan<WindowLimit> limits, DateTimeOffset now, long amount)
        {
            Span<double> left = stackalloc double[limits.Length];
            lock (this)
            {
                Turn(limits, now, left);
                foreach (var limit in limits)
                {
                    _windows[(int)limit.Period].Count += amount;
                }
            }
        }

        public void Look(ReadOnlySpan<WindowLimit> limits, DateTimeOffset now, Span<double> left)
        {
            lock (this)
            {
                Turn(limits, now, left);
            }
        }

        /// <summary>Begins the windows that are over anew, and tells what each has left.</summary>
        private void Turn(ReadOnlySpan<WindowLimit> limits, DateTimeOffset now, Span<double> left)
        {
            var ends = 0L;
            for (var i = 0; i < limits.Length; i++)
            {
                ref var window = ref _windows[(int)limits[i].Period];
                var start = limits[i].Period.Start(now);
                if (window.Start != start)
                {
                    window = new Window { Start = start };
                }

                left[i] = limits[i].Limit - window.Count;
                ends = Math.Max(ends, start + limits[i].Period.LongestSeconds());
            }

            Volatile.Write(ref _ends, ends);
        }
    }

    /// <summary>A window for each <see cref="Period"/>.</summary>
    [InlineArray(6)]
    private struct Windows
    {
        private Window _first;
    }

    private struct Window
    {
        public long Start;
        public long Count;
    }
}
