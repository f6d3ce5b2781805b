using Gateway.PluginSdk;

namespace Gateway.Plugins.RequestSizeLimiting;

/// <summary>Refuses requests whose body is too large.</summary>
[Plugin("request-size-limiting", Priority = 951)]
public sealed class RequestSizeLimitingPlugin : IDeclaredOnly<RequestSizeLimitingConfig>;
