using Gateway.PluginSdk;

namespace Gateway.Plugins.Opentelemetry;

/// <summary>Sends traces and logs to an OpenTelemetry collector.</summary>
[Plugin("opentelemetry", Priority = 14)]
public sealed class OpentelemetryPlugin : IDeclaredOnly<OpentelemetryConfig>;
