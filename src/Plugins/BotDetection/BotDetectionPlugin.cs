using Gateway.PluginSdk;

namespace Gateway.Plugins.BotDetection;

/// <summary>Refuses clients whose user agent is one of a bot.</summary>
[Plugin("bot-detection", Priority = 2500, Forbids = PluginScopes.Consumer)]
public sealed class BotDetectionPlugin : IDeclaredOnly<BotDetectionConfig>;
