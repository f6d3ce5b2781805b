namespace Gateway.DataPlane.Telemetry;

/// <summary>The counters of one kind of entity: by what they count, and in the order in which they tell. It is for one thread at a time.</summary>
/// <typeparam name="TKey">What they count.</typeparam>
/// <param name="most">How many there are at most.</param>
internal sealed class CounterRing<TKey>(int most)
    where TKey : notnull
{
    // How many reports in a row a counter may have nothing to tell before it is dropped.
    private const int Patience = 60;

    private readonly Dictionary<TKey, EntityCounter> _all = [];
    private readonly Queue<(TKey Key, EntityCounter Counter)> _order = new();
    private readonly TakenCounts _taken = new();
    private int _era = 1;
    private int _reports;
    private bool _hasRoom;

    /// <summary>Counts how often room was made, from 1 on, once a minute at most: an entity that got no counter gets none until it changes. It may be read by any thread.</summary>
    public int Era => Volatile.Read(ref _era);

    /// <summary>The counter of an entity; null where there are too many already.</summary>
    /// <param name="key">The entity.</param>
    public EntityCounter? Of(TKey key)
    {
        if (!_all.TryGetValue(key, out var counter) && _all.Count < most)
        {
            _all[key] = counter = new EntityCounter();
            _order.Enqueue((key, counter));
        }

        return counter;
    }

    /// <summary>Takes out what the counters have to tell, beginning with those that have waited longest, as long as there is room.</summary>
    /// <typeparam name="T">What a counter tells.</typeparam>
    /// <param name="tell">Makes it of what was counted.</param>
    /// <param name="room">How many numbers there is room for; what is told is taken off.</param>
    /// <returns>What they tell; null where nothing was counted.</returns>
    public IReadOnlyList<T>? Take<T>(Func<TKey, TakenCounts, T> tell, ref int room)
    {
        List<T>? told = null;
        _reports++;
        for (var left = _order.Count; left > 0 && room > 0; left--)
        {
            var (key, counter) = _order.Dequeue();
            if (!counter.IsEmpty)
            {
                _taken.Read(counter);
                (told ??= []).Add(tell(key, _taken));
                room -= _taken.Length;
                counter.Silent = 0;
            }
            else if (++counter.Silent > Patience)
            {
                _all.Remove(key);
                counter.IsDropped = true;
                _hasRoom = true;
                continue;
            }

            _order.Enqueue((key, counter));
        }

        // Each time all who have none ask once more, and they may be very many.
        if (_hasRoom && _reports >= Patience)
        {
            (_hasRoom, _reports) = (false, 0);
            Volatile.Write(ref _era, _era + 1);
        }

        return told;
    }
}
