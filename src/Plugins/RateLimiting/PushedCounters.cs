using System.Collections.Concurrent;
using Gateway.Plugins.Common.Redis;
using Gateway.PluginSdk.Counters;

namespace Gateway.Plugins.RateLimiting;

/// <summary>Counts in this process and brings what it counted to Redis in intervals; the answer tells what all nodes counted. Only the first request of a window waits for Redis.</summary>
/// <param name="redis">Where the counts are brought.</param>
/// <param name="interval">How often.</param>
/// <param name="time">The clock.</param>
internal sealed class PushedCounters(RedisCounters redis, TimeSpan interval, TimeProvider time) : ISharedCounters
{
    // A script holds up everybody else's commands.
    private const int Batch = 200;
    private readonly ConcurrentDictionary<CounterKey, Tally> _tallies = new();
    private int _isPushing;

    /// <inheritdoc/>
    public async ValueTask<Counted> TryTakeAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now)
    {
        while (true)
        {
            var tally = _tallies.GetOrAdd(key, static _ => new Tally());
            if (tally.TryTake(limits, now, out var counted))
            {
                if (Interlocked.Exchange(ref _isPushing, 1) is 0)
                {
                    _ = PushAsync();
                }

                return counted;
            }

            var unknown = tally.Open(limits, now, period => redis.KeyOf(key, period, now));
            if (unknown.Count > 0)
            {
                var reply = await redis.CountsAsync([.. unknown.Select(w => w.Key)]);
                if (reply.Value is not { } counts)
                {
                    tally.CloseIfEmpty(() => _tallies.TryRemove(new(key, tally)));
                    return Counted.Failed(reply.Failure!);
                }

                tally.Learn(unknown, counts);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<Counted> LookAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now) => redis.LookAsync(key, limits, now);

    /// <inheritdoc/>
    public ValueTask<Counted> TakeAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now, long amount) => redis.TakeAsync(key, limits, now, amount);

    private async Task PushAsync()
    {
        do
        {
            while (!_tallies.IsEmpty)
            {
                await Task.Delay(interval, time);
                await PushOnceAsync();
            }

            Volatile.Write(ref _isPushing, 0);
        }
        while (!_tallies.IsEmpty && Interlocked.Exchange(ref _isPushing, 1) is 0);
    }

    private async Task PushOnceAsync()
    {
        var now = time.GetUtcNow();
        var pending = new List<(Tally Tally, Window Window, long Amount)>();
        foreach (var (key, tally) in _tallies)
        {
            pending.AddRange(tally.Pending(now).Select(p => (tally, p.Window, p.Amount)));
            tally.CloseIfEmpty(() => _tallies.TryRemove(new(key, tally)));
        }

        foreach (var batch in pending.Chunk(Batch))
        {
            var reply = await redis.AddAsync([.. batch.Select(p => new RedisCounters.Addition(p.Window.Key, p.Window.Period, p.Amount))]);
            for (var i = 0; i < batch.Length; i++)
            {
                // What may have arrived is not sent again: rather one round too few than one twice.
                batch[i].Tally.Pushed(batch[i].Window, reply.Value is null && !reply.WasTried ? 0 : batch[i].Amount, reply.Value?[i]);
            }
        }
    }

    /// <summary>One window of a tally.</summary>
    private sealed class Window(Period period, long start, string key)
    {
        public Period Period => period;

        public long Start => start;

        public string Key => key;

        /// <summary>What is counted in Redis; null when that is not known.</summary>
        public long? Known { get; set; }

        /// <summary>What was counted here since.</summary>
        public long Since { get; set; }

        /// <summary>Whether somebody asked since the last round.</summary>
        public bool IsUsed { get; set; } = true;
    }

    /// <summary>What is counted together; itself the lock of its windows.</summary>
    private sealed class Tally
    {
        private readonly List<Window> _windows = [];
        private bool _isClosed;

        /// <summary>Takes one from every window, or from none when one of them has none left; false while the windows are not known.</summary>
        public bool TryTake(WindowLimit[] limits, DateTimeOffset now, out Counted counted)
        {
            Span<long> counts = stackalloc long[limits.Length];
            lock (this)
            {
                counted = default;
                for (var i = 0; i < limits.Length; i++)
                {
                    if (_isClosed || Find(limits[i].Period, now) is not { Known: { } known } window)
                    {
                        return false;
                    }

                    counts[i] = known + window.Since;
                    window.IsUsed = true;
                }

                counted = Counted.Taking(limits, counts);
                foreach (var limit in counted.Passes ? limits : [])
                {
                    Find(limit.Period, now)!.Since++;
                }

                return true;
            }
        }

        /// <summary>Begins the windows that are missing, and tells of which it is not known what is counted.</summary>
        public List<Window> Open(WindowLimit[] limits, DateTimeOffset now, Func<Period, string> key)
        {
            var unknown = new List<Window>();
            lock (this)
            {
                foreach (var period in _isClosed ? [] : limits.Select(l => l.Period))
                {
                    var window = Find(period, now);
                    if (window is null)
                    {
                        _windows.RemoveAll(w => w.Period == period);
                        _windows.Add(window = new Window(period, period.Start(now), key(period)));
                    }

                    if (window.Known is null)
                    {
                        unknown.Add(window);
                    }
                }
            }

            return unknown;
        }

        public void Learn(List<Window> windows, long[] counts)
        {
            lock (this)
            {
                for (var i = 0; i < counts.Length; i++)
                {
                    // Not over what a push told in between: it is younger.
                    windows[i].Known ??= counts[i];
                }
            }
        }

        /// <summary>What is to be brought to Redis; windows that are over and those that nobody asked for are let go.</summary>
        public List<(Window Window, long Amount)> Pending(DateTimeOffset now)
        {
            lock (this)
            {
                _windows.RemoveAll(w => w.Start != w.Period.Start(now) || (!w.IsUsed && w.Since is 0));
                _windows.ForEach(static w => w.IsUsed = false);
                return [.. _windows.Where(w => w.Since > 0).Select(w => (w, w.Since))];
            }
        }

        public void Pushed(Window window, long amount, long? known)
        {
            lock (this)
            {
                window.Since -= amount;
                window.Known = known;
            }
        }

        /// <summary>Ends the tally when nothing is counted in it.</summary>
        public void CloseIfEmpty(Action remove)
        {
            lock (this)
            {
                if (_windows.All(static w => w is { Known: null, Since: 0 }))
                {
                    _isClosed = true;
                    remove();
                }
            }
        }

        private Window? Find(Period period, DateTimeOffset now)
        {
            foreach (var window in _windows)
            {
                if (window.Period == period)
                {
                    return window.Start == period.Start(now) ? window : null;
                }
            }

            return null;
        }
    }
}
