using Gateway.PluginSdk;

namespace Gateway.Plugins.PreFunction;

/// <summary>Runs pieces of Lua before all other plugins.</summary>
[Plugin("pre-function", Priority = 1000000, Forbids = PluginScopes.Consumer, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class PreFunctionPlugin : IDeclaredOnly<PreFunctionConfig>;
