using Gateway.PluginSdk;

namespace Gateway.Plugins.Syslog;

/// <summary>Sends log entries to the system's log.</summary>
[Plugin("syslog", Priority = 4, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class SyslogPlugin : IDeclaredOnly<SyslogConfig>;
