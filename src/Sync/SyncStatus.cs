namespace Gateway.Sync;

/// <summary>Whether a data plane can be served, as the Admin API shows it.</summary>
public enum SyncStatus
{
    /// <summary>Nothing is known yet.</summary>
    Unknown,

    /// <summary>The plane takes the configuration.</summary>
    Normal,

    /// <summary>The plane's version does not fit the control plane's.</summary>
    KongVersionIncompatible,

    /// <summary>A plugin in use is missing on the plane.</summary>
    PluginSetIncompatible,

    /// <summary>A plugin in use has another version on the plane.</summary>
    PluginVersionIncompatible,

    /// <summary>A WebAssembly filter is missing on the plane.</summary>
    FilterSetIncompatible,
}

/// <summary>The names of <see cref="SyncStatus"/> on the wire and in the database.</summary>
public static class SyncStatusNames
{
    /// <summary>The status as the Admin API writes it.</summary>
    /// <param name="status">The status.</param>
    public static string ToWire(this SyncStatus status) => status switch
    {
        SyncStatus.Normal => "normal",
        SyncStatus.KongVersionIncompatible => "kong_version_incompatible",
        SyncStatus.PluginSetIncompatible => "plugin_set_incompatible",
        SyncStatus.PluginVersionIncompatible => "plugin_version_incompatible",
        SyncStatus.FilterSetIncompatible => "filter_set_incompatible",
        _ => "unknown",
    };
}
