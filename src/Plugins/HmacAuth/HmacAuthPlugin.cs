using Gateway.PluginSdk;

namespace Gateway.Plugins.HmacAuth;

/// <summary>Lets in those who sign their requests with a shared secret.</summary>
[Plugin("hmac-auth", Priority = 1030, Forbids = PluginScopes.Consumer)]
public sealed class HmacAuthPlugin : IDeclaredOnly<HmacAuthConfig>;
