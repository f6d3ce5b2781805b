using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.PluginSdk.Counters;
using Gateway.Plugins.Common;
using Gateway.Plugins.Common.Redis;
using Gateway.Schema;

namespace Gateway.Plugins.RateLimiting;

/// <summary>How many requests are let through per period, and whose requests are counted together.</summary>
public sealed record RateLimitingConfig : IPluginConfig<RateLimitingConfig>
{
    private WindowLimit[]? _limits;
    private LimitHeaders[]? _headers;

    /// <summary>Requests per second.</summary>
    [GreaterThan(0)] public double? Second { get; init; }

    /// <summary>Requests per minute.</summary>
    [GreaterThan(0)] public double? Minute { get; init; }

    /// <summary>Requests per hour.</summary>
    [GreaterThan(0)] public double? Hour { get; init; }

    /// <summary>Requests per day.</summary>
    [GreaterThan(0)] public double? Day { get; init; }

    /// <summary>Requests per month.</summary>
    [GreaterThan(0)] public double? Month { get; init; }

    /// <summary>Requests per year.</summary>
    [GreaterThan(0)] public double? Year { get; init; }

    /// <summary>What is counted together; a missing one falls back to the address.</summary>
    public LimitBy? LimitBy { get; init; } = RateLimiting.LimitBy.Consumer;

    /// <summary>The header whose values are counted apart.</summary>
    [HeaderName] public string? HeaderName { get; init; }

    /// <summary>The path whose requests are counted.</summary>
    [HttpPath] public string? Path { get; init; }

    /// <summary>Where counters live.</summary>
    [MinLength(0), NeedsDatabase("cluster")] public CounterPolicy? Policy { get; init; } = CounterPolicy.Local;

    /// <summary>Whether requests pass when the counters cannot be reached.</summary>
    public bool FaultTolerant { get; init; } = true;

    /// <summary>The Redis server that counts, for the policy <c>redis</c>.</summary>
    public RedisServer Redis { get; init; } = new();

    /// <summary>Whether the answers tell nothing about limits.</summary>
    public bool HideClientHeaders { get; init; }

    /// <summary>The status of refused requests.</summary>
    [GreaterThan(0)] public double? ErrorCode { get; init; } = 429;

    /// <summary>The message of refused requests.</summary>
    public string? ErrorMessage { get; init; } = "API rate limit exceeded";

    /// <summary>Seconds between synchronisations with Redis; -1 counts there directly.</summary>
    public double SyncRate { get; init; } = -1;

    /// <summary>The limits that are set, shortest period first.</summary>
    internal WindowLimit[] Limits => _limits ??= [.. Set()];

    /// <summary>The headers that tell of each limit and what is left of it, in the order of <see cref="Limits"/>.</summary>
    internal LimitHeaders[] Headers => _headers ??= [.. Limits.Select(l =>
        new LimitHeaders($"X-RateLimit-Limit-{l.Period}", LimitHeaders.Text(l.Limit), $"X-RateLimit-Remaining-{l.Period}"))];

    static IReadOnlyList<Check> IPluginConfig<RateLimitingConfig>.PluginChecks =>
    [
        Fields<RateLimitingConfig>.AtLeastOne(c => c.Second, c => c.Minute, c => c.Hour, c => c.Day, c => c.Month, c => c.Year),
        When<RateLimitingConfig>.Field(c => c.Policy).Is(CounterPolicy.Redis).ThenRequired(c => c.Redis.Host),
        When<RateLimitingConfig>.Field(c => c.Policy).Is(CounterPolicy.Redis).ThenRequired(c => c.Redis.Port),
        When<RateLimitingConfig>.Field(c => c.Policy).Is(CounterPolicy.Redis).ThenRequired(c => c.Redis.Timeout),
        When<RateLimitingConfig>.Field(c => c.LimitBy).Is(RateLimiting.LimitBy.Header).ThenRequired(c => c.HeaderName),
        When<RateLimitingConfig>.Field(c => c.LimitBy).Is(RateLimiting.LimitBy.Path).ThenRequired(c => c.Path),
    ];

    static IReadOnlyList<Shorthand> IDeclared<RateLimitingConfig>.Shorthands => RedisServer.OldNames("rate-limiting");

    static Func<JsonObject, string?>? IDeclared<RateLimitingConfig>.Judge => static config =>
    {
        if (RisingLimits.Judge(config, "The limit") is { } falling)
        {
            return falling;
        }

        var syncRate = Json.Number(config["sync_rate"]);
        return syncRate is -1 or double.NaN ? null
            : Json.String(config["policy"]) is not "redis" ? "sync_rate can only be used with the redis policy"
            : syncRate < 0.02 ? "sync_rate must be greater than 0.02, or -1 to disable"
            : null;
    };

    private IEnumerable<WindowLimit> Set()
    {
        double?[] limits = [Second, Minute, Hour, Day, Month, Year];
        return limits.Select((limit, i) => (limit, i)).Where(l => l.limit is not null).Select(l => new WindowLimit((Period)l.i, l.limit!.Value));
    }
}

/// <summary>What requests are counted together by.</summary>
public enum LimitBy
{
    /// <summary>The consumer.</summary>
    Consumer,

    /// <summary>The credential.</summary>
    Credential,

    /// <summary>The client's address.</summary>
    Ip,

    /// <summary>The service.</summary>
    Service,

    /// <summary>A header's value.</summary>
    Header,

    /// <summary>One path.</summary>
    Path,
}

/// <summary>Where counters live.</summary>
public enum CounterPolicy
{
    /// <summary>In this node's memory.</summary>
    Local,

    /// <summary>In the cluster's database.</summary>
    Cluster,

    /// <summary>In Redis.</summary>
    Redis,
}

/// <summary>The headers that tell of a limit.</summary>
/// <param name="LimitName">The name of the header that tells the limit.</param>
/// <param name="Limit">The limit.</param>
/// <param name="RemainingName">The name of the header that tells what is left of it.</param>
internal sealed record LimitHeaders(string LimitName, string Limit, string RemainingName)
{
    /// <summary>A number as the headers tell it.</summary>
    /// <param name="number">The number.</param>
    public static string Text(double number) => number == Math.Floor(number) ? ((long)number).ToString(CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture);
}
