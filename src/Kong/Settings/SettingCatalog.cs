namespace Gateway.Kong.Settings;

/// <summary>Every option of <c>kong.conf</c> that this product knows.</summary>
internal static partial class SettingCatalog
{
    // Families of names that Kong builds at run time, and that other software sets for it.
    private static readonly string[] _families =
    [
        "nginx_", "pluginserver_", "vault_", "untrusted_lua", "keyring_", "smtp_", "audit_log", "admin_gui_",
        "pg_iam_", "cluster_fallback_", "analytics_", "portal", "rbac_", "redis_",
    ];

    /// <summary>All options, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        .. General, .. Hybrid, .. Listeners, .. Nginx, .. Datastore, .. DatastoreCache, .. Dns, .. DnsNew,
        .. Tuning, .. Manager, .. Miscellaneous, .. Wasm,
    ];

    private static readonly Dictionary<string, Setting> _byName = All.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>The option of this name, or null.</summary>
    public static Setting? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether Kong would accept an undeclared name because of the family that it belongs to.</summary>
    public static bool IsOfFamily(string name) => _families.Any(f => name.StartsWith(f, StringComparison.Ordinal));
}
