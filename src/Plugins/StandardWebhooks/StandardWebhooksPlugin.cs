using Gateway.PluginSdk;

namespace Gateway.Plugins.StandardWebhooks;

/// <summary>Lets in webhooks that are signed as standardwebhooks.com says.</summary>
[Plugin("standard-webhooks", Priority = 760, Forbids = PluginScopes.Consumer)]
public sealed class StandardWebhooksPlugin : IDeclaredOnly<StandardWebhooksConfig>;
