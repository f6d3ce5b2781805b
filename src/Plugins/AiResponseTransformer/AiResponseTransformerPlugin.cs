using Gateway.PluginSdk;

namespace Gateway.Plugins.AiResponseTransformer;

/// <summary>Lets a model rewrite answers before clients see them.</summary>
[Plugin("ai-response-transformer", Priority = 768)]
public sealed class AiResponseTransformerPlugin : IDeclaredOnly<AiResponseTransformerConfig>;
