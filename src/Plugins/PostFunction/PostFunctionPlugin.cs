using Gateway.PluginSdk;

namespace Gateway.Plugins.PostFunction;

/// <summary>Runs pieces of Lua after all other plugins.</summary>
[Plugin("post-function", Priority = -1000, Forbids = PluginScopes.Consumer, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class PostFunctionPlugin : IDeclaredOnly<PostFunctionConfig>;
