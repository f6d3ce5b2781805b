using Gateway.PluginSdk;

namespace Gateway.Plugins.Oauth2;

/// <summary>Is an OAuth 2.0 authorization server for a service, and lets in those who present its tokens.</summary>
[Plugin("oauth2", Priority = 1400, Forbids = PluginScopes.Consumer)]
public sealed class Oauth2Plugin : IDeclaredOnly<Oauth2Config>;
