using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Oauth2;

/// <summary>Which grants are offered, and how long tokens live.</summary>
public sealed record Oauth2Config : IPluginConfig<Oauth2Config>
{
    private static readonly string[] _grants = ["enable_authorization_code", "enable_implicit_grant", "enable_client_credentials", "enable_password_grant"];

    /// <summary>The scopes that may be asked for.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Whether a client must ask for a scope.</summary>
    public bool MandatoryScope { get; init; }

    /// <summary>The key by which the service's own sign-in page is known; the gateway makes one when none is given.</summary>
    [Auto, Unique, Encrypted] public required string ProvisionKey { get; init; }

    /// <summary>How many seconds a token lives; 0 is for ever.</summary>
    public double TokenExpiration { get; init; } = 7200;

    /// <summary>Whether the authorization code grant is offered.</summary>
    public bool EnableAuthorizationCode { get; init; }

    /// <summary>Whether the implicit grant is offered.</summary>
    public bool EnableImplicitGrant { get; init; }

    /// <summary>Whether the client credentials grant is offered.</summary>
    public bool EnableClientCredentials { get; init; }

    /// <summary>Whether the password grant is offered.</summary>
    public bool EnablePasswordGrant { get; init; }

    /// <summary>Whether the credential is taken out of the request before it goes upstream.</summary>
    public bool HideCredentials { get; init; }

    /// <summary>Whether plain requests are taken when a proxy before the gateway ended the TLS.</summary>
    public bool AcceptHttpIfAlreadyTerminated { get; init; }

    /// <summary>The consumer, by id or username, who stands in when nobody is authenticated; null refuses instead.</summary>
    public string? Anonymous { get; init; }

    /// <summary>Whether tokens are valid for every service that has this setting.</summary>
    public bool GlobalCredentials { get; init; }

    /// <summary>The header that carries the token.</summary>
    public string? AuthHeaderName { get; init; } = "authorization";

    /// <summary>How many seconds a refresh token lives; 0 is for ever.</summary>
    [Between(0, 100000000)] public double RefreshTokenTtl { get; init; } = 1209600;

    /// <summary>Whether a refresh token stays valid after its use.</summary>
    public bool ReuseRefreshToken { get; init; }

    /// <summary>Whether clients must prove possession of the code (RFC 7636).</summary>
    [OneOf("none", "lax", "strict"), Shows(Shown.NotRequired)] public string? Pkce { get; init; } = "lax";

    /// <summary>The realm that the challenge names.</summary>
    [Shows(Shown.NotRequired)] public string? Realm { get; init; }

    static IReadOnlyList<Check> IDeclared<Oauth2Config>.Checks =>
    [
        When<Oauth2Config>.Field(c => c.MandatoryScope).Is(true).ThenRequired(c => c.Scopes),
    ];

    static Func<JsonObject, string?>? IDeclared<Oauth2Config>.Judge => static config =>
        _grants.Any(g => Json.Boolean(config[g]) is true) ? null
            : $"at least one of these fields must be true: {string.Join(", ", _grants)}";
}
