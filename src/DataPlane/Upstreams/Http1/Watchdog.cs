namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>
/// Ends a connection on which something takes too long. Setting a limit is one write: the timer behind it is only touched when a limit lies before the moment
/// at which it will look anyway, and with limits of a minute that is once a minute and not twice per request.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="expired">Called with what took too long.</param>
internal sealed class Watchdog(TimeProvider time, Action<Http1Failure> expired) : IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private long _looksAt = long.MaxValue;
    private long _readBy = long.MaxValue;
    private long _writeBy = long.MaxValue;
    private long _clientBy = long.MaxValue;
    private bool _ended;

    /// <summary>Begins to wait for the upstream's octets.</summary>
    /// <param name="limit">How long at most.</param>
    public void BeginRead(TimeSpan limit) => Begin(ref _readBy, limit);

    /// <summary>Something came.</summary>
    public void EndRead() => Volatile.Write(ref _readBy, long.MaxValue);

    /// <summary>Begins to wait until the upstream takes octets.</summary>
    /// <param name="limit">How long at most.</param>
    public void BeginWrite(TimeSpan limit) => Begin(ref _writeBy, limit);

    /// <summary>They were taken.</summary>
    public void EndWrite() => Volatile.Write(ref _writeBy, long.MaxValue);

    /// <summary>Begins to wait for the client's octets.</summary>
    /// <param name="limit">How long at most.</param>
    public void BeginClient(TimeSpan limit) => Begin(ref _clientBy, limit);

    /// <summary>Something came.</summary>
    public void EndClient() => Volatile.Write(ref _clientBy, long.MaxValue);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
            _timer?.Dispose();
        }
    }

    private void Begin(ref long by, TimeSpan limit)
    {
        var moment = time.GetTimestamp() + (long)(limit.TotalSeconds * time.TimestampFrequency);

        // The exchange is a fence: either the timer's callback sees the limit, or this sees that the callback looks no more.
        Interlocked.Exchange(ref by, moment);
        if (Volatile.Read(ref _looksAt) > moment)
        {
            lock (_lock)
            {
                LookAt(moment);
            }
        }
    }

    private void Look()
    {
        lock (_lock)
        {
            Interlocked.Exchange(ref _looksAt, long.MaxValue);
            var now = time.GetTimestamp();
            var (read, write, client) = (Volatile.Read(ref _readBy), Volatile.Read(ref _writeBy), Volatile.Read(ref _clientBy));
            if (read > now && write > now && client > now)
            {
                LookAt(Math.Min(read, Math.Min(write, client)));
                return;
            }

            expired(write <= now ? Http1Failure.WriteTimeout : client <= now ? Http1Failure.ClientTooSlow : Http1Failure.ReadTimeout);
        }
    }

    private void LookAt(long moment)
    {
        if (_ended || moment is long.MaxValue || _looksAt <= moment)
        {
            return;
        }

        _looksAt = moment;
        var due = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, moment - time.GetTimestamp()) * 1000d / time.TimestampFrequency));
        _timer ??= time.CreateTimer(static state => ((Watchdog)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}
