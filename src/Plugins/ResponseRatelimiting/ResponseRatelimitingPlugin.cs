using Gateway.PluginSdk;

namespace Gateway.Plugins.ResponseRatelimiting;

/// <summary>Limits how much of something a consumer may use, as the upstream's answers count it.</summary>
[Plugin("response-ratelimiting", Priority = 900)]
public sealed class ResponseRatelimitingPlugin : IDeclaredOnly<ResponseRatelimitingConfig>;
