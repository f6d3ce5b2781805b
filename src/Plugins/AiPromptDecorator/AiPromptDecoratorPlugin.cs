using Gateway.PluginSdk;

namespace Gateway.Plugins.AiPromptDecorator;

/// <summary>Puts messages before or after those of a chat request.</summary>
[Plugin("ai-prompt-decorator", Priority = 772)]
public sealed class AiPromptDecoratorPlugin : IDeclaredOnly<AiPromptDecoratorConfig>;
