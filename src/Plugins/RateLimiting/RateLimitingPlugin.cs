using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gateway.Plugins.Common.Redis;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Counters;
using Microsoft.Extensions.Logging;

namespace Gateway.Plugins.RateLimiting;

/// <summary>Lets so many requests through per period, and refuses the rest until the next one begins.</summary>
/// <param name="time">The clock.</param>
/// <param name="redis">The connections of the node to Redis.</param>
/// <param name="logger">Takes warnings about configurations.</param>
/// <param name="cluster">The counters of the cluster's database, or null on a node without a database.</param>
[Plugin("rate-limiting", Priority = 910)]
public sealed partial class RateLimitingPlugin(TimeProvider time, RedisConnections redis, ILogger<RateLimitingPlugin> logger, ISharedCounters? cluster = null)
    : IAccess<RateLimitingConfig>, IConfigure<RateLimitingConfig>, IDisposable
{
    private readonly WindowCounters _counters = new(time);
    private readonly ConcurrentDictionary<Guid, CounterPolicy> _warned = new();

    // By server and interval: a new configuration goes on with what the one before counted.
    private readonly ConcurrentDictionary<(RedisServer Server, double Interval), ISharedCounters> _redis = new();

    /// <inheritdoc/>
    public void Configure(PluginInstance instance, RateLimitingConfig config)
    {
        if (config.Policy is CounterPolicy.Cluster && cluster is null && _warned.TryAdd(instance.Id, CounterPolicy.Cluster))
        {
            Log.CountsLocally(logger, instance.Id);
        }
    }

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, RateLimitingConfig config)
    {
        var now = time.GetUtcNow();
        var shared = config.Policy switch
        {
            CounterPolicy.Redis => InRedis(config),
            CounterPolicy.Cluster => cluster,
            _ => null,
        };
        if (shared is not null)
        {
            var who = Who(exchange, config);
            return AccessAsync(exchange, config, shared, KeyOf(exchange, config.Policy is CounterPolicy.Redis ? who : Short(who)), now);
        }

        var key = config.LimitBy is LimitBy.Consumer && exchange.Consumer is { } consumer
            ? KeyOf(exchange, string.Empty) with { Id = consumer.Id.Value }
            : KeyOf(exchange, Short(Who(exchange, config)));
        var limits = config.Limits;
        Span<double> left = stackalloc double[limits.Length];
        Judge(exchange, config, now, left, _counters.TryTake(key, limits, now, left));
        return default;
    }

    /// <inheritdoc/>
    public void Dispose() => _counters.Dispose();

    private static async ValueTask AccessAsync(Exchange exchange, RateLimitingConfig config, ISharedCounters counters, CounterKey key, DateTimeOffset now)
    {
        var counted = await counters.TryTakeAsync(key, config.Limits, now);
        if (counted.Failure is null)
        {
            Judge(exchange, config, now, counted.Left, counted.Passes);
        }
        else if (!config.FaultTolerant)
        {
            exchange.Error(500);
        }
    }

    private static void Judge(Exchange exchange, RateLimitingConfig config, DateTimeOffset now, ReadOnlySpan<double> left, bool passes)
    {
        if (!config.HideClientHeaders)
        {
            Tell(exchange, config, now, left, passes);
        }

        if (!passes)
        {
            exchange.Error((int)(config.ErrorCode ?? 429), config.ErrorMessage);
        }
    }

    private ISharedCounters InRedis(RateLimitingConfig config) =>
        _redis.TryGetValue((config.Redis, config.SyncRate), out var counters) ? counters : _redis.GetOrAdd((config.Redis, config.SyncRate), Make);

    private ISharedCounters Make((RedisServer Server, double Interval) where)
    {
        var counters = new RedisCounters(redis, where.Server, "ratelimit");
        return where.Interval is -1 ? counters : new PushedCounters(counters, TimeSpan.FromSeconds(Math.Min(where.Interval, 86_400)), time);
    }

    /// <summary>Whose requests are counted together; what is missing falls back to the address.</summary>
    private static string Who(Exchange exchange, RateLimitingConfig config)
    {
        var who = config.LimitBy switch
        {
            LimitBy.Service => exchange.Service?.Id.ToString(),
            LimitBy.Consumer => exchange.ConsumerId ?? exchange.Credential?.Id.ToString(),
            LimitBy.Credential => exchange.Credential?.Id.ToString(),
            LimitBy.Header => config.HeaderName is { } name && exchange.RequestHeaders.TryGetValue(name, out var lines) && lines.Count > 0 ? lines[0] : null,
            LimitBy.Path => exchange.Path == config.Path ? config.Path : null,
            _ => null,
        };

        return who ?? exchange.ClientIp.ToString();
    }

    private static CounterKey KeyOf(Exchange exchange, string who) => new(exchange.Instance.RouteId ?? default, exchange.Instance.ServiceId ?? default, who);

    /// <summary>What a client may choose freely does not decide how much memory a counter takes; only keys that others know too have to be as they are.</summary>
    private static string Short(string who) => who.Length > 64 ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(who))) : who;

    private static void Tell(Exchange exchange, RateLimitingConfig config, DateTimeOffset now, ReadOnlySpan<double> left, bool passes)
    {
        var headers = exchange.ResponseHeaders;
        var (tightest, tightestLeft) = (0, "0");
        for (var i = 0; i < left.Length; i++)
        {
            var told = config.Headers[i];
            var remaining = LimitHeaders.Text(Math.Max(0, left[i]));
            headers[told.LimitName] = told.Limit;
            headers[told.RemainingName] = remaining;
            if (Math.Max(0, left[i]) <= Math.Max(0, left[tightest]))
            {
                (tightest, tightestLeft) = (i, remaining);
            }
        }

        var period = config.Limits[tightest].Period;
        var reset = LimitHeaders.Text(Math.Max(1, period.Seconds() - (now.ToUnixTimeSeconds() - period.Start(now))));
        headers["RateLimit-Limit"] = config.Headers[tightest].Limit;
        headers["RateLimit-Remaining"] = tightestLeft;
        headers["RateLimit-Reset"] = reset;
        if (!passes)
        {
            headers.RetryAfter = reset;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "rate-limiting {Instance}: the policy cluster needs a database, which this node does not have; it counts by itself")]
        public static partial void CountsLocally(ILogger logger, Guid instance);
    }
}
