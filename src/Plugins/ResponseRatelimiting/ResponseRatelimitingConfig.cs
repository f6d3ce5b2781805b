using Gateway.Entities;
using Gateway.Plugins.Common;
using Gateway.Plugins.Common.Redis;
using Gateway.Schema;

namespace Gateway.Plugins.ResponseRatelimiting;

/// <summary>How much may be used per period, and of what.</summary>
public sealed record ResponseRatelimitingConfig : IPluginConfig<ResponseRatelimitingConfig>
{
    /// <summary>The header by which the upstream counts.</summary>
    public string? HeaderName { get; init; } = "x-kong-limit";

    /// <summary>Whose use is counted together.</summary>
    [OneOf("consumer", "credential", "ip")] public string? LimitBy { get; init; } = "consumer";

    /// <summary>Where counters live.</summary>
    [OneOf("local", "cluster", "redis"), NeedsDatabase("cluster")] public string? Policy { get; init; } = "local";

    /// <summary>Whether requests pass when the counters cannot be reached.</summary>
    public bool FaultTolerant { get; init; } = true;

    /// <summary>The Redis server that counts, for the policy redis.</summary>
    public RedisServer Redis { get; init; } = new();

    /// <summary>Whether all requests are refused once one limit is reached.</summary>
    public bool BlockOnFirstViolation { get; init; }

    /// <summary>Whether the answers tell nothing about limits.</summary>
    public bool HideClientHeaders { get; init; }

    /// <summary>The limits, by the name of what is used.</summary>
    [MinLength(1), ShowsElements(Required = true, On = Level.Values)] public required IReadOnlyDictionary<string, ResponseLimit> Limits { get; init; }

    static IReadOnlyList<Check> IPluginConfig<ResponseRatelimitingConfig>.PluginChecks =>
    [
        When<ResponseRatelimitingConfig>.Field(c => c.Policy).Is("redis").ThenRequired(c => c.Redis.Host),
        When<ResponseRatelimitingConfig>.Field(c => c.Policy).Is("redis").ThenRequired(c => c.Redis.Port),
        When<ResponseRatelimitingConfig>.Field(c => c.Policy).Is("redis").ThenRequired(c => c.Redis.Timeout),
    ];

    static IReadOnlyList<Shorthand> IDeclared<ResponseRatelimitingConfig>.Shorthands => RedisServer.OldNames("response-ratelimiting");
}
