using Gateway.PluginSdk;

namespace Gateway.Plugins.TcpLog;

/// <summary>Sends log entries to a TCP server.</summary>
[Plugin("tcp-log", Priority = 7, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class TcpLogPlugin : IDeclaredOnly<TcpLogConfig>;
