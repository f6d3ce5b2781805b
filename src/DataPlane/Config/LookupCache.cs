using System.Collections.Concurrent;

namespace Gateway.DataPlane.Config;

/// <summary>
/// A bounded cache without locks on a hit: two halves, of which the older one is dropped whole when the younger one is full;
/// what is still asked for moves over.
/// </summary>
/// <typeparam name="TKey">What is asked for.</typeparam>
/// <typeparam name="TValue">What was found.</typeparam>
internal sealed class LookupCache<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly int _half = Math.Max(capacity / 2, 1);
    private volatile Halves _halves = new([], []);

    /// <summary>What was found before, or null.</summary>
    public TValue? Find(TKey key)
    {
        var halves = _halves;
        if (halves.Young.TryGetValue(key, out var value))
        {
            return value;
        }

        if (halves.Old.TryGetValue(key, out value))
        {
            Add(key, value);
        }

        return value;
    }

    /// <summary>Keeps what was found.</summary>
    public void Add(TKey key, TValue value)
    {
        var halves = _halves;
        if (!halves.Young.TryAdd(key, value) || Interlocked.Increment(ref halves.Count) < _half)
        {
            return;
        }

        // Of several that fill the half at once, one turns the page; an entry that is lost by it is read again.
        Interlocked.CompareExchange(ref _halves, new Halves([], halves.Young), halves);
    }

    private sealed class Halves(ConcurrentDictionary<TKey, TValue> young, ConcurrentDictionary<TKey, TValue> old)
    {
        public int Count;

        public ConcurrentDictionary<TKey, TValue> Young => young;

        public ConcurrentDictionary<TKey, TValue> Old => old;
    }
}
