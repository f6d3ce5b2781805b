using Gateway.PluginSdk;

namespace Gateway.Plugins.Loggly;

/// <summary>Sends log entries to Loggly.</summary>
[Plugin("loggly", Priority = 6, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class LogglyPlugin : IDeclaredOnly<LogglyConfig>;
