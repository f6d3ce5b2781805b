using Gateway.PluginSdk;

namespace Gateway.Plugins.Jwt;

/// <summary>Lets in those who present a token that one of a consumer's keys signed.</summary>
[Plugin("jwt", Priority = 1450, Forbids = PluginScopes.Consumer)]
public sealed class JwtPlugin : IDeclaredOnly<JwtConfig>;
