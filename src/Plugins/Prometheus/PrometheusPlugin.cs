using Gateway.PluginSdk;

namespace Gateway.Plugins.Prometheus;

/// <summary>Counts requests for Prometheus, at /metrics of the status listener.</summary>
[Plugin("prometheus", Priority = 13, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class PrometheusPlugin : IDeclaredOnly<PrometheusConfig>;
