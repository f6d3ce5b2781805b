namespace Gateway.DataPlane.Upstreams.Health;

/// <summary>What was seen of a peer once.</summary>
internal enum HealthEvent
{
    /// <summary>It answered well.</summary>
    Success,

    /// <summary>It answered badly.</summary>
    HttpFailure,

    /// <summary>It could not be connected to, or broke off.</summary>
    TcpFailure,

    /// <summary>It took too long.</summary>
    Timeout,
}

/// <summary>
/// Whether a peer is healthy. Each kind of event is counted up to its limit, at which the health turns over. A success takes the failures back and a failure the
/// successes; an event whose limit is 0 counts for nothing, and neither do those that say what is known already.
/// </summary>
/// <param name="changed">Called when the health turns over.</param>
internal sealed class PeerHealth(Action<PeerHealth>? changed)
{
    private readonly Lock _lock = new();
    private readonly int[] _counts = new int[4];
    private volatile bool _isHealthy = true;

    /// <summary>Whether it is healthy; a peer is until something else is known.</summary>
    public bool IsHealthy => _isHealthy;

    /// <summary>Why its health is what it is, in words for people; null when nothing has happened yet.</summary>
    public string? Reason { get; private set; }

    /// <summary>Counts an event; true when the health turned over.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="limits">How many of each kind turn it over.</param>
    /// <param name="detail">What was seen, such as <c>HTTP 503</c>.</param>
    public bool Report(HealthEvent happened, HealthLimits limits, string detail)
    {
        var limit = limits.Of(happened);
        if (limit is 0)
        {
            return false;
        }

        lock (_lock)
        {
            if (happened is HealthEvent.Success)
            {
                _counts.AsSpan(1).Clear();
                if (_isHealthy || ++_counts[0] < limit)
                {
                    return false;
                }
            }
            else
            {
                _counts[0] = 0;
                if (!_isHealthy || ++_counts[(int)happened] < limit)
                {
                    return false;
                }
            }

            Turn(happened is HealthEvent.Success, limit is 1 ? $"{limits.Origin}: {detail}" : $"{limits.Origin}: {detail}, {limit} in all");
        }

        changed?.Invoke(this);
        return true;
    }

    /// <summary>Sets the health by hand.</summary>
    /// <param name="healthy">The health.</param>
    public void Mark(bool healthy)
    {
        lock (_lock)
        {
            Turn(healthy, "marked by hand");
        }

        changed?.Invoke(this);
    }

    private void Turn(bool healthy, string reason)
    {
        Array.Clear(_counts);
        (_isHealthy, Reason) = (healthy, reason);
    }
}
