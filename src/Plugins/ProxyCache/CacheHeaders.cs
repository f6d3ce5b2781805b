using System.Text.Json.Serialization;
using Gateway.Schema;

namespace Gateway.Plugins.ProxyCache;

/// <summary>What answers tell of the cache.</summary>
public sealed record CacheHeaders
{
    /// <summary>Whether an answer tells its age.</summary>
    public bool? Age { get; init; } = true;

    /// <summary>Whether an answer tells whether it was remembered.</summary>
    [JsonPropertyName("X-Cache-Status")] public bool? XCacheStatus { get; init; } = true;

    /// <summary>Whether an answer tells the key that it is kept under.</summary>
    [JsonPropertyName("X-Cache-Key")] public bool? XCacheKey { get; init; } = true;
}
