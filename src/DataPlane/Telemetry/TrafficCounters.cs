using System.Diagnostics;
using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Counts the requests and connections of this data plane since its start, without a lock between requests.</summary>
public sealed class TrafficCounters
{
    private const int Classes = 5;

    // A processor's counters lie in an array of its own, so that processors do not take each other's cache lines.
    private readonly long[][] _stripes;
    private readonly long[] _connections = new long[16];
    private readonly long[] _streams = new long[3];

    /// <summary>Makes counters that stand at zero.</summary>
    public TrafficCounters()
    {
        _stripes = new long[Environment.ProcessorCount][];
        for (var i = 0; i < _stripes.Length; i++)
        {
            _stripes[i] = new long[Classes + LatencyBuckets.Count + 1];
        }
    }

    /// <summary>How many connections of clients are open.</summary>
    public long Connections => Volatile.Read(ref _connections[8]);

    /// <summary>How many connections clients have opened since the start.</summary>
    public long Accepted => Volatile.Read(ref _connections[0]);

    /// <summary>What the listeners have to do.</summary>
    public ServerCounts Counts
    {
        get
        {
            // What ended is read before what began, so that no request seems to end before it began.
            var ended = Read().Requests;
            var began = _stripes.Sum(s => Volatile.Read(ref s[^1]));
            return new ServerCounts(Accepted, Connections, Math.Max(0, began - ended), began);
        }
    }

    /// <summary>Counts a request that begins.</summary>
    public void Began() => Interlocked.Increment(ref _stripes[(uint)Thread.GetCurrentProcessorId() % (uint)_stripes.Length][Classes + LatencyBuckets.Count]);

    /// <summary>Counts one answered request.</summary>
    /// <param name="status">The status of the answer.</param>
    /// <param name="elapsedTicks">How long it took, in ticks of <see cref="Stopwatch"/>.</param>
    public void Record(int status, long elapsedTicks)
    {
        var stripe = _stripes[(uint)Thread.GetCurrentProcessorId() % (uint)_stripes.Length];
        Interlocked.Increment(ref stripe[Math.Clamp((status / 100) - 1, 0, Classes - 1)]);
        var bucket = LatencyBuckets.IndexOf(elapsedTicks / (Stopwatch.Frequency / 1_000_000));
        Interlocked.Increment(ref stripe[Classes + bucket]);
    }

    /// <summary>Counts a connection that a client opened.</summary>
    public void ConnectionOpened()
    {
        Interlocked.Increment(ref _connections[0]);
        Interlocked.Increment(ref _connections[8]);
    }

    /// <summary>Counts a connection that ended.</summary>
    public void ConnectionClosed() => Interlocked.Decrement(ref _connections[8]);

    /// <summary>Counts a stream that ended.</summary>
    /// <param name="received">The octets that came from the client.</param>
    /// <param name="sent">The octets that went to it.</param>
    public void StreamEnded(long received, long sent)
    {
        Interlocked.Increment(ref _streams[0]);
        Interlocked.Add(ref _streams[1], received);
        Interlocked.Add(ref _streams[2], sent);
    }

    /// <summary>The streams that ended since the start, and the octets that came and went in them.</summary>
    public StreamTotals Streams => new(Volatile.Read(ref _streams[0]), Volatile.Read(ref _streams[1]), Volatile.Read(ref _streams[2]));

    /// <summary>The counts since the start.</summary>
    public TrafficTotals Read()
    {
        var sum = new long[Classes + LatencyBuckets.Count];
        foreach (var stripe in _stripes)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += Volatile.Read(ref stripe[i]);
            }
        }

        return new TrafficTotals(sum[..Classes], sum[Classes..]);
    }
}

/// <summary>Counts of requests at one moment.</summary>
/// <param name="ByClass">The requests answered with 1xx, 2xx, 3xx, 4xx, 5xx.</param>
/// <param name="Latency">The requests per bucket of <see cref="LatencyBuckets"/>.</param>
public sealed record TrafficTotals(IReadOnlyList<long> ByClass, IReadOnlyList<long> Latency)
{
    /// <summary>All requests.</summary>
    public long Requests => ByClass.Sum();

    /// <summary>What was counted since an earlier moment.</summary>
    /// <param name="earlier">The counts at that moment.</param>
    public TrafficTotals Since(TrafficTotals earlier) =>
        new([.. ByClass.Zip(earlier.ByClass, (now, then) => now - then)], [.. Latency.Zip(earlier.Latency, (now, then) => now - then)]);
}
