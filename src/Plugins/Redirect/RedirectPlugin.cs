using Gateway.PluginSdk;

namespace Gateway.Plugins.Redirect;

/// <summary>Sends clients to another place.</summary>
[Plugin("redirect", Priority = 779)]
public sealed class RedirectPlugin : IDeclaredOnly<RedirectConfig>;
