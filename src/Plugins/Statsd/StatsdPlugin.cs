using Gateway.PluginSdk;

namespace Gateway.Plugins.Statsd;

/// <summary>Sends metrics to a StatsD server.</summary>
[Plugin("statsd", Priority = 11, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class StatsdPlugin : IDeclaredOnly<StatsdConfig>;
