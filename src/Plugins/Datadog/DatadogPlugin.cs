using Gateway.PluginSdk;

namespace Gateway.Plugins.Datadog;

/// <summary>Sends metrics to a Datadog agent.</summary>
[Plugin("datadog", Priority = 10, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class DatadogPlugin : IDeclaredOnly<DatadogConfig>;
