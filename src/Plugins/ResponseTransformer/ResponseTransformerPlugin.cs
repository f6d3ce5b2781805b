using Gateway.PluginSdk;

namespace Gateway.Plugins.ResponseTransformer;

/// <summary>Changes answers before clients see them.</summary>
[Plugin("response-transformer", Priority = 800)]
public sealed class ResponseTransformerPlugin : IDeclaredOnly<ResponseTransformerConfig>;
