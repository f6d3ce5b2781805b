using Gateway.PluginSdk;

namespace Gateway.Plugins.AiPromptGuard;

/// <summary>Lets prompts through, or refuses them, by regular expressions.</summary>
[Plugin("ai-prompt-guard", Priority = 771)]
public sealed class AiPromptGuardPlugin : IDeclaredOnly<AiPromptGuardConfig>;
