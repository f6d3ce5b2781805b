using Gateway.PluginSdk;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>Changes requests before they go upstream.</summary>
[Plugin("request-transformer", Priority = 801, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class RequestTransformerPlugin : IDeclaredOnly<RequestTransformerConfig>;
