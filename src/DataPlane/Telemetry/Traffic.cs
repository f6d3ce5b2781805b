using System.Diagnostics;
using Gateway.DataPlane.Proxy;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Counts answered requests in every way that someone asks for.</summary>
/// <param name="totals">The counts of the node.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class Traffic(TrafficCounters totals, TimeProvider time, ILogger<Traffic> logger)
{
    private readonly EntityCounters _entities = new();
    private readonly RequestSampler _sampler = new(time);
    private volatile bool _watched;
    private int _failed;

    /// <summary>The counts of the node.</summary>
    public TrafficCounters Totals => totals;

    /// <summary>The counts per route and consumer, from <see cref="Watch"/> on.</summary>
    public EntityCounters Entities => _entities;

    /// <summary>Some of the requests.</summary>
    public RequestSampler Sampler => _sampler;

    /// <summary>Has requests counted per route and consumer too: someone is going to ask.</summary>
    public void Watch() => _watched = true;

    /// <summary>Counts a request that begins; <see cref="Record"/> follows.</summary>
    public void Began() => totals.Began();

    /// <summary>Counts an answered request; whatever happens here, the request does not notice.</summary>
    /// <param name="exchange">The request.</param>
    public void Record(HttpExchange exchange)
    {
        var now = Stopwatch.GetTimestamp();
        var status = exchange.Http.Response.StatusCode;
        totals.Record(status, now - exchange.Started);
        if (!_watched)
        {
            return;
        }

        try
        {
            _entities.Record(exchange, status, now);
            _sampler.Offer(exchange, status, now);
        }
        catch (Exception e)
        {
            if (Interlocked.Exchange(ref _failed, 1) is 0)
            {
                Log.Uncounted(logger, e);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A request could not be counted; this is said once")]
        public static partial void Uncounted(ILogger logger, Exception exception);
    }
}
