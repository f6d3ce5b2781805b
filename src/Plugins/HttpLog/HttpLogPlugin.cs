using Gateway.PluginSdk;

namespace Gateway.Plugins.HttpLog;

/// <summary>Sends log entries to an HTTP server.</summary>
[Plugin("http-log", Priority = 12, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class HttpLogPlugin : IDeclaredOnly<HttpLogConfig>;
