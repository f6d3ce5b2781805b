using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.RequestSizeLimiting;

/// <summary>How large a body may be.</summary>
public sealed record RequestSizeLimitingConfig : IPluginConfig<RequestSizeLimitingConfig>
{
    /// <summary>The largest size, in the unit.</summary>
    public int? AllowedPayloadSize { get; init; } = 128;

    /// <summary>The unit.</summary>
    [OneOf("megabytes", "kilobytes", "bytes")] public string SizeUnit { get; init; } = "megabytes";

    /// <summary>Whether a request must tell its length.</summary>
    public bool RequireContentLength { get; init; }
}
