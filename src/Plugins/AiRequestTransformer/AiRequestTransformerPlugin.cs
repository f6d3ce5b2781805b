using Gateway.PluginSdk;

namespace Gateway.Plugins.AiRequestTransformer;

/// <summary>Lets a model rewrite requests before they go upstream.</summary>
[Plugin("ai-request-transformer", Priority = 777, Forbids = PluginScopes.Consumer, ShowsScopesLast = true)]
public sealed class AiRequestTransformerPlugin : IDeclaredOnly<AiRequestTransformerConfig>;
