using Gateway.Entities;
using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.ProxyCache;

/// <summary>Which answers are remembered, and how long.</summary>
public sealed record ProxyCacheConfig : IPluginConfig<ProxyCacheConfig>
{
    /// <summary>The statuses of answers that are remembered.</summary>
    [MinLength(1), Between(100, 900, On = Level.Elements)] public IReadOnlyList<int> ResponseCode { get; init; } = [200, 301, 404];

    /// <summary>The methods whose answers are remembered.</summary>
    [OneOf("HEAD", "GET", "POST", "PATCH", "PUT")] public IReadOnlyList<string> RequestMethod { get; init; } = ["GET", "HEAD"];

    /// <summary>The types of answers that are remembered.</summary>
    public IReadOnlyList<string> ContentType { get; init; } = ["text/plain", "application/json"];

    /// <summary>How many seconds an answer is fresh.</summary>
    [GreaterThan(0)] public int? CacheTtl { get; init; } = 300;

    /// <summary>Where answers are kept.</summary>
    [OneOf("memory")] public required string Strategy { get; init; }

    /// <summary>Whether Cache-Control of requests and answers decides.</summary>
    public bool CacheControl { get; init; }

    /// <summary>Whether paths that differ in case alone are one.</summary>
    [Shows(Shown.NotRequired)] public bool? IgnoreUriCase { get; init; } = false;

    /// <summary>How many seconds an answer is kept, fresh or not, when Cache-Control decides.</summary>
    public int? StorageTtl { get; init; }

    /// <summary>The settings of the memory.</summary>
    public CacheMemory Memory { get; init; } = new();

    /// <summary>The query parameters that tell answers apart; null is all.</summary>
    public IReadOnlyList<string>? VaryQueryParams { get; init; }

    /// <summary>The headers that tell answers apart; null is none.</summary>
    public IReadOnlyList<string>? VaryHeaders { get; init; }

    /// <summary>What answers tell of the cache.</summary>
    public CacheHeaders ResponseHeaders { get; init; } = new();

    static IReadOnlyList<Check> IPluginConfig<ProxyCacheConfig>.PluginChecks =>
    [
        new CustomCheck(["config"], static plugin => plugin["config"]?["memory"]?["dictionary_name"] is { } name && !SharedDictionaries.Has(Json.String(name))
            ? $"missing shared dict '{Json.String(name)}'"
            : null),
    ];
}
