using Gateway.Schema;

namespace Gateway.Plugins.ProxyCache;

/// <summary>The memory that answers are kept in.</summary>
public sealed record CacheMemory
{
    /// <summary>The name of the shared memory.</summary>
    public string DictionaryName { get; init; } = "kong_db_cache";
}
