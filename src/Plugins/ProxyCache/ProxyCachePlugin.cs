using Gateway.PluginSdk;

namespace Gateway.Plugins.ProxyCache;

/// <summary>Remembers answers and gives them again.</summary>
[Plugin("proxy-cache", Priority = 100, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class ProxyCachePlugin : IDeclaredOnly<ProxyCacheConfig>;
