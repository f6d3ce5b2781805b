namespace Gateway.Plugins.Common;

/// <summary>The names under which the original keeps memory that its processes share; settings may name one, and here all of them are the process's own memory.</summary>
internal static class SharedDictionaries
{
    private static readonly HashSet<string> _names = new(StringComparer.Ordinal)
    {
        "kong", "kong_locks", "kong_healthchecks", "kong_cluster_events", "kong_rate_limiting_counters", "kong_core_db_cache", "kong_core_db_cache_miss",
        "kong_db_cache", "kong_db_cache_miss", "kong_secrets", "prometheus_metrics",
    };

    /// <summary>Whether there is one of that name.</summary>
    public static bool Has(string? name) => name is not null && _names.Contains(name);
}
