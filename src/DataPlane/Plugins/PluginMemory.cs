using Gateway.PluginSdk;

namespace Gateway.DataPlane.Plugins;

/// <summary>What the plugins of this node keep.</summary>
public sealed class PluginMemory
{
    private readonly PluginHost _host;

    internal PluginMemory(PluginHost host) => _host = host;

    /// <summary>What a plugin keeps; null when it keeps nothing, or has not run yet.</summary>
    /// <param name="plugin">The plugin's name.</param>
    public IKeeps? Of(string plugin) => _host.Made(plugin) as IKeeps;
}
