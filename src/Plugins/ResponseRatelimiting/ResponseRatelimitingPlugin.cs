using System.Collections.Concurrent;
using System.Globalization;
using Gateway.Plugins.Common.Redis;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Counters;
using Microsoft.Extensions.Logging;

namespace Gateway.Plugins.ResponseRatelimiting;

/// <summary>Limits how much of something a consumer may use, as the upstream's answers count it.</summary>
/// <param name="time">The clock.</param>
/// <param name="redis">The connections of the node to Redis.</param>
/// <param name="logger">Takes warnings about configurations.</param>
/// <param name="cluster">The counters of the cluster's database, or null on a node without a database.</param>
[Plugin("response-ratelimiting", Priority = 900)]
public sealed partial class ResponseRatelimitingPlugin(
    TimeProvider time, RedisConnections redis, ILogger<ResponseRatelimitingPlugin> logger, ISharedCounters? cluster = null)
    : IAccess<ResponseRatelimitingConfig>, IHeaderFilter<ResponseRatelimitingConfig>, IBodyFilter<ResponseRatelimitingConfig>, IConfigure<ResponseRatelimitingConfig>, IDisposable
{
    private readonly WindowCounters _counters = new(time);
    private readonly ConcurrentDictionary<Guid, string> _warned = new();
    private readonly Prepared<ResponseRatelimitingConfig, UsageLimit[]> _limits = new(UsageLimit.Of);
    private readonly Prepared<ResponseRatelimitingConfig, ISharedCounters> _redis = new(c => new RedisCounters(redis, c.Redis, "response-ratelimit"));

    /// <inheritdoc/>
    public void Configure(PluginInstance instance, ResponseRatelimitingConfig config)
    {
        if (config.Policy is "cluster" && cluster is null && _warned.TryAdd(instance.Id, config.Policy))
        {
            Log.CountsLocally(logger, instance.Id);
        }
    }

    /// <inheritdoc/>
    public async ValueTask AccessAsync(Exchange exchange, ResponseRatelimitingConfig config)
    {
        var usage = new Usage(time.GetUtcNow(), Who(exchange, config), _limits.Of(config), Shared(config));
        if (usage.Shared is null)
        {
            Look(exchange, usage);
        }
        else if (await LookAsync(exchange, usage, usage.Shared) is not null)
        {
            if (!config.FaultTolerant)
            {
                exchange.Error(500);
            }

            return;
        }

        for (var i = 0; i < usage.Limits.Length; i++)
        {
            var limit = usage.Limits[i];
            var left = usage.Left[i];
            if (config.BlockOnFirstViolation && left.Min() <= 0)
            {
                exchange.Error(429, $"API rate limit exceeded for '{limit.Name}'");
                return;
            }

            if (!config.HideClientHeaders)
            {
                exchange.ResponseHeaders[limit.LeastHeader] = Text(left.Min());
            }
        }

        exchange.Keep(usage);
    }

    /// <inheritdoc/>
    public void FilterHeaders(Exchange exchange, ResponseRatelimitingConfig config)
    {
        if (exchange.Kept<Usage>() is not { } usage)
        {
            return;
        }

        var headers = exchange.ResponseHeaders;
        var name = config.HeaderName ?? "x-kong-limit";
        var used = UsageLimit.Used(headers[name], usage.Limits);
        headers.Remove(name);
        for (var i = 0; i < usage.Limits.Length; i++)
        {
            var limit = usage.Limits[i];
            for (var j = 0; j < limit.Windows.Length; j++)
            {
                usage.IsExceeded |= used[i] > 0 && usage.Left[i][j] <= 0;
                if (!config.HideClientHeaders)
                {
                    headers[limit.WindowHeaders[j].Limit] = Text(limit.Windows[j].Limit);
                    headers[limit.WindowHeaders[j].Remaining] = Text(Math.Max(0, usage.Left[i][j] - used[i]));
                }
            }
        }

        if (usage.IsExceeded)
        {
            exchange.Http.Response.StatusCode = 429;
            headers.ContentLength = 0;
            return;
        }

        // Here rather than when all is over: the client's next request already finds it counted.
        for (var i = 0; i < usage.Limits.Length; i++)
        {
            if (used[i] > 0)
            {
                Take(usage.Shared, usage.KeyOf(exchange, usage.Limits[i]), usage.Limits[i].Windows, usage.Now, used[i]);
            }
        }
    }

    /// <inheritdoc/>
    public Stream FilterBody(Exchange exchange, ResponseRatelimitingConfig config, Stream next) =>
        exchange.Kept<Usage>()?.IsExceeded is true ? new DroppedBodyStream(next) : next;

    /// <inheritdoc/>
    public void Dispose() => _counters.Dispose();

    private ISharedCounters? Shared(ResponseRatelimitingConfig config) => config.Policy switch
    {
        "redis" => _redis.Of(config),
        "cluster" => cluster,
        _ => null,
    };

    private void Look(Exchange exchange, Usage usage)
    {
        for (var i = 0; i < usage.Limits.Length; i++)
        {
            var limit = usage.Limits[i];
            _counters.Look(usage.KeyOf(exchange, limit), limit.Windows, usage.Now, usage.Left[i] = new double[limit.Windows.Length]);
        }
    }

    /// <summary>Finds what is left in shared counters; null, or why they could not be reached.</summary>
    private static async ValueTask<string?> LookAsync(Exchange exchange, Usage usage, ISharedCounters shared)
    {
        // All are asked before the first has answered.
        Task<Counted>[] asked = [.. usage.Limits.Select(limit => shared.LookAsync(usage.KeyOf(exchange, limit), limit.Windows, usage.Now).AsTask())];
        for (var i = 0; i < asked.Length; i++)
        {
            var counted = await asked[i];
            if (counted.Failure is not null)
            {
                return counted.Failure;
            }

            usage.Left[i] = counted.Left;
        }

        return null;
    }

    // The answer does not wait for shared counters: what they miss while they cannot be reached is not counted.
    private void Take(ISharedCounters? shared, CounterKey key, WindowLimit[] windows, DateTimeOffset now, long amount)
    {
        if (shared is null)
        {
            _counters.Take(key, windows, now, amount);
        }
        else
        {
            _ = shared.TakeAsync(key, windows, now, amount).AsTask();
        }
    }

    /// <summary>Whose use is counted together; what is missing falls back to the address.</summary>
    private static string Who(Exchange exchange, ResponseRatelimitingConfig config) => (config.LimitBy switch
    {
        "consumer" => exchange.Consumer?.Id.ToString() ?? exchange.Credential?.Id.ToString(),
        "credential" => exchange.Credential?.Id.ToString(),
        _ => null,
    }) ?? exchange.ClientIp.ToString();

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a request found left, kept until the answer tells what it used.</summary>
    private sealed class Usage(DateTimeOffset now, string who, UsageLimit[] limits, ISharedCounters? shared)
    {
        public DateTimeOffset Now => now;

        /// <summary>Where it is counted; null for this process.</summary>
        public ISharedCounters? Shared => shared;

        public UsageLimit[] Limits => limits;

        public double[][] Left { get; } = new double[limits.Length][];

        public bool IsExceeded { get; set; }

        public CounterKey KeyOf(Exchange exchange, UsageLimit limit) =>
            new(exchange.Instance.RouteId ?? default, exchange.Instance.ServiceId ?? default, who, limit.Name);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "response-ratelimiting {Instance}: the policy cluster needs a database, which this node does not have; it counts by itself")]
        public static partial void CountsLocally(ILogger logger, Guid instance);
    }
}
