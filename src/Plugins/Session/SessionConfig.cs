using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Session;

/// <summary>How sessions are kept, and how long.</summary>
public sealed record SessionConfig : IPluginConfig<SessionConfig>
{
    // As with the original, a secret that nobody chose is one of this process: who runs several nodes chooses one.
    private static readonly string _random = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 44);

    /// <summary>The secret of the cookies' encryption; the gateway makes one when none is given.</summary>
    [Encrypted, Referenceable, Shows(Shown.NotRequired)] public string? Secret { get; init; } = _random;

    /// <summary>Where sessions are kept.</summary>
    [OneOf("cookie", "kong")] public string? Storage { get; init; } = "cookie";

    /// <summary>The application that sessions are for.</summary>
    public string? Audience { get; init; } = "default";

    /// <summary>How many seconds a session lives without use; 0 is without limit.</summary>
    public double? IdlingTimeout { get; init; } = 900;

    /// <summary>How many seconds a session lives until it is renewed.</summary>
    public double? RollingTimeout { get; init; } = 3600;

    /// <summary>How many seconds a session lives at most.</summary>
    public double? AbsoluteTimeout { get; init; } = 86400;

    /// <summary>How many seconds a replaced session stays valid, for requests under way.</summary>
    public double? StaleTtl { get; init; } = 10;

    /// <summary>The cookie's name.</summary>
    public string? CookieName { get; init; } = "session";

    /// <summary>The cookie's path.</summary>
    public string? CookiePath { get; init; } = "/";

    /// <summary>The cookie's domain.</summary>
    public string? CookieDomain { get; init; }

    /// <summary>Whether other sites' requests carry the cookie.</summary>
    [OneOf("Strict", "Lax", "None", "Default")] public string? CookieSameSite { get; init; } = "Strict";

    /// <summary>Whether scripts cannot read the cookie.</summary>
    public bool? CookieHttpOnly { get; init; } = true;

    /// <summary>Whether the cookie goes over TLS only.</summary>
    public bool? CookieSecure { get; init; } = true;

    /// <summary>Whether a second cookie outlives the browser.</summary>
    public bool? Remember { get; init; } = false;

    /// <summary>That cookie's name.</summary>
    public string? RememberCookieName { get; init; } = "remember";

    /// <summary>How many seconds it lives until it is renewed.</summary>
    public double? RememberRollingTimeout { get; init; } = 604800;

    /// <summary>How many seconds it lives at most.</summary>
    public double? RememberAbsoluteTimeout { get; init; } = 2592000;

    /// <summary>What answers tell of the session.</summary>
    [OneOf("id", "audience", "subject", "timeout", "idling-timeout", "rolling-timeout", "absolute-timeout")]
    public IReadOnlySet<string>? ResponseHeaders { get; init; }

    /// <summary>What the upstream is told of the session.</summary>
    [OneOf("id", "audience", "subject", "timeout", "idling-timeout", "rolling-timeout", "absolute-timeout")]
    public IReadOnlySet<string>? RequestHeaders { get; init; }

    /// <summary>Whether a body may ask for the end of a session.</summary>
    public bool? ReadBodyForLogout { get; init; } = false;

    /// <summary>The methods by which a session may be ended.</summary>
    [OneOf("GET", "POST", "DELETE")] public IReadOnlySet<string>? LogoutMethods { get; init; } = new HashSet<string> { "POST", "DELETE" };

    /// <summary>The query parameter that ends a session.</summary>
    public string? LogoutQueryArg { get; init; } = "session_logout";

    /// <summary>The body parameter that ends a session.</summary>
    public string? LogoutPostArg { get; init; } = "session_logout";

    /// <summary>Whether the subject is kept as a hash.</summary>
    public bool? HashSubject { get; init; } = false;

    /// <summary>Whether the subject's sessions are listed.</summary>
    public bool? StoreMetadata { get; init; } = false;

    static IReadOnlyList<Shorthand> IDeclared<SessionConfig>.Shorthands =>
    [
        OldName("cookie_lifetime", FieldType.Number, value => new() { ["rolling_timeout"] = value?.DeepClone() }),
        OldName("cookie_idletime", FieldType.Number, value => new() { ["idling_timeout"] = value?.DeepClone() ?? 0 }),
        OldName("cookie_renew", FieldType.Number, static _ => []),
        OldName("cookie_discard", FieldType.Number, value => new() { ["stale_ttl"] = value?.DeepClone() }),
        OldName("cookie_samesite", FieldType.String, value => new() { ["cookie_same_site"] = Json.String(value) is "off" ? "Lax" : value?.DeepClone() }),
        OldName("cookie_httponly", FieldType.Boolean, value => new() { ["cookie_http_only"] = value?.DeepClone() }),
        OldName("cookie_persistent", FieldType.Boolean, value => new() { ["remember"] = value?.DeepClone() }),
    ];

    private static Shorthand OldName(string name, FieldType type, Func<JsonNode?, JsonObject> expand) =>
        new() { Name = name, Schema = new FieldSchema { Type = type }, Expand = expand };
}
