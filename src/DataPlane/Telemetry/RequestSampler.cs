using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.DataPlane.Proxy;
using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Picks some requests for people to look at: at most twenty a second, spread over the second, and ten more of those that failed.</summary>
/// <param name="time">The clock.</param>
internal sealed class RequestSampler(TimeProvider time)
{
    private const int Longest = 128;
    private static readonly long _interval = Stopwatch.Frequency / 20;
    private static readonly long _failureInterval = Stopwatch.Frequency / 10;

    // What one report may hold; a node without a reader keeps no more than that.
    private const int Most = 40;

    private readonly ConcurrentQueue<RequestSample> _samples = new();
    private long _next;
    private long _nextFailure;

    /// <summary>Keeps the request if it is one of those that are picked.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="now">When it was answered, in ticks of <see cref="Stopwatch"/>.</param>
    public void Offer(HttpExchange exchange, int status, long now)
    {
        if (!IsDue(ref _next, now, _interval) && !(status >= 500 && IsDue(ref _nextFailure, now, _failureInterval)))
        {
            return;
        }

        if (_samples.Count < Most)
        {
            _samples.Enqueue(Sample(exchange, status, now));
        }
    }

    /// <summary>The requests that were picked since the last time; null when there are none.</summary>
    public IReadOnlyList<RequestSample>? Take()
    {
        List<RequestSample>? taken = null;
        while (_samples.TryDequeue(out var sample))
        {
            (taken ??= []).Add(sample);
        }

        return taken;
    }

    // One read for most requests; of those that come at the same moment, one gets the place.
    private static bool IsDue(ref long next, long now, long interval)
    {
        var due = Volatile.Read(ref next);
        return now >= due && Interlocked.CompareExchange(ref next, now + interval, due) == due;
    }

    private RequestSample Sample(HttpExchange exchange, int status, long now) => new()
    {
        At = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Id = exchange.RequestId,
        Method = Short(exchange.Http.Request.Method),
        Host = Short(exchange.Http.Request.Host.Value ?? ""),
        Path = SecretMask.Target(exchange.RawPath, exchange.RawQuery),
        Status = Math.Clamp(status, 0, 999),
        Own = exchange.IsOwnAnswer,
        Client = exchange.ClientIp.ToString(),
        Route = exchange.Route?.Id.Value,
        Service = exchange.Service?.Id.Value,
        Consumer = exchange.Consumer?.Id.Value,
        Latency = Milliseconds(exchange.Started, now),
        Upstream = exchange.UpstreamAnswered is 0 ? null : Milliseconds(exchange.HandedOver, exchange.UpstreamAnswered),
        Gateway = exchange.HandedOver is 0 ? null : Milliseconds(exchange.Started, exchange.HandedOver),
    };

    private static string Short(string text) => text.Length > Longest ? text[..Longest] : text;

    private static double Milliseconds(long from, long to) => Math.Round((to - from) * 1000d / Stopwatch.Frequency, 3);
}
