using Gateway.PluginSdk;

namespace Gateway.Plugins.Zipkin;

/// <summary>Sends traces to a Zipkin server.</summary>
[Plugin("zipkin", Priority = 100000, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class ZipkinPlugin : IDeclaredOnly<ZipkinConfig>;
