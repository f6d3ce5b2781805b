using Gateway.PluginSdk;

namespace Gateway.Plugins.Session;

/// <summary>Remembers in a cookie who was authenticated.</summary>
[Plugin("session", Priority = 1900, Forbids = PluginScopes.Consumer, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class SessionPlugin : IDeclaredOnly<SessionConfig>;
