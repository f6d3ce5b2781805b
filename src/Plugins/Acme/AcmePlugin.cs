using Gateway.PluginSdk;

namespace Gateway.Plugins.Acme;

/// <summary>Gets certificates from an ACME authority such as Let's Encrypt and renews them.</summary>
[Plugin("acme", Priority = 1705, Forbids = PluginScopes.Consumer | PluginScopes.Service | PluginScopes.Route)]
[AdminPath("/acme", "POST", "PATCH")]
[AdminPath("/acme/certificates", "GET")]
[AdminPath("/acme/certificates/{certificates}", "GET")]
public sealed class AcmePlugin : IDeclaredOnly<AcmeConfig>;
