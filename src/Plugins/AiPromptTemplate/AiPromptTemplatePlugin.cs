using Gateway.PluginSdk;

namespace Gateway.Plugins.AiPromptTemplate;

/// <summary>Fills templates with what the client sends, so that the gateway owns the prompt.</summary>
[Plugin("ai-prompt-template", Priority = 773)]
public sealed class AiPromptTemplatePlugin : IDeclaredOnly<AiPromptTemplateConfig>;
