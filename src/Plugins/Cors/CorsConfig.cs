using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Cors;

/// <summary>Which pages of other origins may use a service from a browser, and how.</summary>
public sealed record CorsConfig : IPluginConfig<CorsConfig>
{
    /// <summary>The origins that may: <c>*</c>, an origin, a host, or a regular expression of them; without any, all may.</summary>
    [Origin] public IReadOnlyList<string>? Origins { get; init; }

    /// <summary>The headers that a page may send; without any, those that it asks for.</summary>
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>The headers that a page may read.</summary>
    public IReadOnlyList<string>? ExposedHeaders { get; init; }

    /// <summary>The methods that a page may use.</summary>
    [OneOf("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT")]
    public IReadOnlyList<string>? Methods { get; init; } = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

    /// <summary>How many seconds a browser may remember the answer to a preflight.</summary>
    public double? MaxAge { get; init; }

    /// <summary>Whether a page may send cookies and the like.</summary>
    public bool Credentials { get; init; }

    /// <summary>Whether a public page may use a service in a private network.</summary>
    public bool PrivateNetwork { get; init; }

    /// <summary>Whether preflights go upstream and are answered there.</summary>
    public bool PreflightContinue { get; init; }

    /// <summary>Whether the answer to a request without an origin carries these headers too.</summary>
    public bool AllowOriginAbsent { get; init; } = true;
}
