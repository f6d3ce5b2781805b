using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Jwt;

/// <summary>Where tokens are looked for, and what they must claim.</summary>
public sealed record JwtConfig : IPluginConfig<JwtConfig>
{
    /// <summary>Query parameters that carry the token.</summary>
    public IReadOnlySet<string>? UriParamNames { get; init; } = new HashSet<string> { "jwt" };

    /// <summary>Cookies that carry the token.</summary>
    public IReadOnlySet<string>? CookieNames { get; init; } = new HashSet<string>();

    /// <summary>The claim, or header field, that names the key.</summary>
    public string? KeyClaimName { get; init; } = "iss";

    /// <summary>Whether secrets are kept as base64.</summary>
    public bool SecretIsBase64 { get; init; }

    /// <summary>The times that are verified.</summary>
    [OneOf("exp", "nbf")] public IReadOnlySet<string>? ClaimsToVerify { get; init; }

    /// <summary>The consumer, by id or username, who stands in when nobody is authenticated; null refuses instead.</summary>
    public string? Anonymous { get; init; }

    /// <summary>Whether the plugin runs on preflight (OPTIONS) requests.</summary>
    public bool RunOnPreflight { get; init; } = true;

    /// <summary>How many seconds a token may be valid; 0 is without limit.</summary>
    [Between(0, 31536000)] public double? MaximumExpiration { get; init; } = 0;

    /// <summary>Headers that carry the token.</summary>
    public IReadOnlySet<string>? HeaderNames { get; init; } = new HashSet<string> { "authorization" };

    /// <summary>The realm that the challenge names.</summary>
    [Shows(Shown.NotRequired)] public string? Realm { get; init; }

    static IReadOnlyList<Check> IPluginConfig<JwtConfig>.PluginChecks =>
    [
        When<JwtConfig>.Field(c => c.MaximumExpiration).IsGreaterThan(0).Then(c => c.ClaimsToVerify, Matcher.Of(new ContainsRule("exp")), null),
    ];
}
