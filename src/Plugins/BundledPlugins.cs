using Gateway.PluginSdk;

namespace Gateway.Plugins;

/// <summary>The plugins that come with the gateway.</summary>
public static class BundledPlugins
{
    /// <summary>All of them, found by scanning this assembly.</summary>
    public static PluginCatalog Catalog { get; } = new(typeof(BundledPlugins).Assembly);
}
