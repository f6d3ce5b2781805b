using Gateway.PluginSdk;

namespace Gateway.Plugins.AiProxy;

/// <summary>Speaks one chat format with clients and each provider's own format with the model.</summary>
[Plugin("ai-proxy", Priority = 770)]
public sealed class AiProxyPlugin : IDeclaredOnly<AiProxyConfig>;
