using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Oauth2;

/// <summary>A token that an application was given.</summary>
[Entity("oauth2_tokens", EndpointKey = nameof(AccessToken), CacheKey = [nameof(AccessToken)], Ttl = true)]
public sealed record Oauth2Token : IDeclared<Oauth2Token>
{
    /// <summary>The token's id.</summary>
    [Auto] public Id<Oauth2Token> Id { get; init; }

    /// <summary>When the token was made.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The service that the token is for; null is every service that shares its tokens.</summary>
    [OnDelete(DeleteAction.Cascade), Shows(Shown.NullDefault)] public Id<Service>? Service { get; init; }

    /// <summary>The application.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Oauth2Credential> Credential { get; init; }

    /// <summary>The kind of token.</summary>
    [OneOf("bearer")] public string TokenType { get; init; } = "bearer";

    /// <summary>How many seconds the token lives; 0 is for ever.</summary>
    public required int ExpiresIn { get; init; }

    /// <summary>The token; the gateway makes one when none is given.</summary>
    [Auto, Unique, Shows(Shown.NotRequired)] public string? AccessToken { get; init; }

    /// <summary>The token by which a new one is asked for.</summary>
    [Unique, Shows(Shown.NotRequired)] public string? RefreshToken { get; init; }

    /// <summary>Who gave the application leave.</summary>
    [Shows(Shown.NotRequired)] public string? AuthenticatedUserid { get; init; }

    /// <summary>What the application may do.</summary>
    public string? Scope { get; init; }
}
