using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Counters;
using Microsoft.Extensions.Logging;

namespace Gateway.Plugins.RateLimiting;

/// <summary>Lets so many requests through per period, and refuses the rest until the next one begins.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Takes warnings about configurations.</param>
[Plugin("rate-limiting", Priority = 910)]
public sealed partial class RateLimitingPlugin(TimeProvider time, ILogger<RateLimitingPlugin> logger)
    : IAccess<RateLimitingConfig>, IConfigure<RateLimitingConfig>, IDisposable
{
    private readonly WindowCounters _counters = new(time);
    private readonly ConcurrentDictionary<Guid, CounterPolicy> _warned = new();

    /// <inheritdoc/>
    public void Configure(PluginInstance instance, RateLimitingConfig config)
    {
        if (config.Policy is { } policy and not CounterPolicy.Local && _warned.TryAdd(instance.Id, policy))
        {
            Log.CountsLocally(logger, instance.Id, policy);
        }
    }

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, RateLimitingConfig config)
    {
        var now = time.GetUtcNow();
        var limits = config.Limits;
        Span<double> left = stackalloc double[limits.Length];
        var key = new CounterKey(exchange.Instance.RouteId ?? default, exchange.Instance.ServiceId ?? default, Who(exchange, config));
        var passes = _counters.TryTake(key, limits, now, left);
        if (!config.HideClientHeaders)
        {
            Tell(exchange, config, now, left, passes);
        }

        if (!passes)
        {
            exchange.Error((int)(config.ErrorCode ?? 429), config.ErrorMessage);
        }

        return default;
    }

    /// <inheritdoc/>
    public void Dispose() => _counters.Dispose();

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

        // What a client may choose freely does not decide how much memory a counter takes.
        return who is null ? exchange.ClientIp.ToString()
            : who.Length > 64 ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(who)))
            : who;
    }

    private static void Tell(Exchange exchange, RateLimitingConfig config, DateTimeOffset now, ReadOnlySpan<double> left, bool passes)
    {
        var headers = exchange.ResponseHeaders;
        var tightest = 0;
        for (var i = 0; i < left.Length; i++)
        {
            var (limitHeader, leftHeader) = config.HeaderNames[i];
            headers[limitHeader] = Text(config.Limits[i].Limit);
            headers[leftHeader] = Text(Math.Max(0, left[i]));
            tightest = Math.Max(0, left[i]) <= Math.Max(0, left[tightest]) ? i : tightest;
        }

        var period = config.Limits[tightest].Period;
        var reset = Text(Math.Max(1, period.Seconds() - (now.ToUnixTimeSeconds() - period.Start(now))));
        headers["RateLimit-Limit"] = Text(config.Limits[tightest].Limit);
        headers["RateLimit-Remaining"] = Text(Math.Max(0, left[tightest]));
        headers["RateLimit-Reset"] = reset;
        if (!passes)
        {
            headers.RetryAfter = reset;
        }
    }

    private static string Text(double number) => number == Math.Floor(number) ? ((long)number).ToString(CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "rate-limiting {Instance}: the policy {Policy} is not available yet, this node counts by itself")]
        public static partial void CountsLocally(ILogger logger, Guid instance, CounterPolicy policy);
    }
}
