using Gateway.PluginSdk;

namespace Gateway.Plugins.UdpLog;

/// <summary>Sends log entries to a UDP server.</summary>
[Plugin("udp-log", Priority = 8, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class UdpLogPlugin : IDeclaredOnly<UdpLogConfig>;
