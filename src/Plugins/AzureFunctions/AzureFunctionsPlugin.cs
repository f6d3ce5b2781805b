using Gateway.PluginSdk;

namespace Gateway.Plugins.AzureFunctions;

/// <summary>Answers requests by an Azure function.</summary>
[Plugin("azure-functions", Priority = 749, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class AzureFunctionsPlugin : IDeclaredOnly<AzureFunctionsConfig>;
