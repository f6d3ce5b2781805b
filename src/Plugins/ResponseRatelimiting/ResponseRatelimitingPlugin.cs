using System.Collections.Concurrent;
using System.Globalization;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Counters;
using Microsoft.Extensions.Logging;

namespace Gateway.Plugins.ResponseRatelimiting;

/// <summary>Limits how much of something a consumer may use, as the upstream's answers count it.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Takes warnings about configurations.</param>
[Plugin("response-ratelimiting", Priority = 900)]
public sealed partial class ResponseRatelimitingPlugin(TimeProvider time, ILogger<ResponseRatelimitingPlugin> logger)
    : IAccess<ResponseRatelimitingConfig>, IHeaderFilter<ResponseRatelimitingConfig>, IBodyFilter<ResponseRatelimitingConfig>, IConfigure<ResponseRatelimitingConfig>, IDisposable
{
    private readonly WindowCounters _counters = new(time);
    private readonly ConcurrentDictionary<Guid, string> _warned = new();
    private readonly Prepared<ResponseRatelimitingConfig, UsageLimit[]> _limits = new(UsageLimit.Of);

    /// <inheritdoc/>
    public void Configure(PluginInstance instance, ResponseRatelimitingConfig config)
    {
        if (config.Policy is { } policy and not "local" && _warned.TryAdd(instance.Id, policy))
        {
            Log.CountsLocally(logger, instance.Id, policy);
        }
    }

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, ResponseRatelimitingConfig config)
    {
        var usage = new Usage(time.GetUtcNow(), Who(exchange, config), _limits.Of(config));
        for (var i = 0; i < usage.Limits.Length; i++)
        {
            var limit = usage.Limits[i];
            var left = usage.Left[i] = new double[limit.Windows.Length];
            _counters.Look(usage.KeyOf(exchange, limit), limit.Windows, usage.Now, left);
            if (config.BlockOnFirstViolation && left.Min() <= 0)
            {
                exchange.Error(429, $"API rate limit exceeded for '{limit.Name}'");
                return default;
            }

            if (!config.HideClientHeaders)
            {
                exchange.ResponseHeaders[limit.LeastHeader] = Text(left.Min());
            }
        }

        exchange.Keep(usage);
        return default;
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
                _counters.Take(usage.KeyOf(exchange, usage.Limits[i]), usage.Limits[i].Windows, usage.Now, used[i]);
            }
        }
    }

    /// <inheritdoc/>
    public Stream FilterBody(Exchange exchange, ResponseRatelimitingConfig config, Stream next) =>
        exchange.Kept<Usage>()?.IsExceeded is true ? new DroppedBodyStream(next) : next;

    /// <inheritdoc/>
    public void Dispose() => _counters.Dispose();

    /// <summary>Whose use is counted together; what is missing falls back to the address.</summary>
    private static string Who(Exchange exchange, ResponseRatelimitingConfig config) => (config.LimitBy switch
    {
        "consumer" => exchange.Consumer?.Id.ToString() ?? exchange.Credential?.Id.ToString(),
        "credential" => exchange.Credential?.Id.ToString(),
        _ => null,
    }) ?? exchange.ClientIp.ToString();

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What a request found left, kept until the answer tells what it used.</summary>
    private sealed class Usage(DateTimeOffset now, string who, UsageLimit[] limits)
    {
        public DateTimeOffset Now => now;

        public UsageLimit[] Limits => limits;

        public double[][] Left { get; } = new double[limits.Length][];

        public bool IsExceeded { get; set; }

        public CounterKey KeyOf(Exchange exchange, UsageLimit limit) =>
            new(exchange.Instance.RouteId ?? default, exchange.Instance.ServiceId ?? default, $"{who} {limit.Name}");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "response-ratelimiting {Instance}: the policy {Policy} is not available yet, this node counts by itself")]
        public static partial void CountsLocally(ILogger logger, Guid instance, string policy);
    }
}
