using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Jwt;

/// <summary>A key by which a consumer's tokens are signed.</summary>
[Entity("jwt_secrets", EndpointKey = nameof(Key), AdminName = "jwts", NestedName = "jwt", CacheKey = [nameof(Key)])]
public sealed record JwtSecret : IDeclared<JwtSecret>
{
    /// <summary>The key's id.</summary>
    [Auto] public Id<JwtSecret> Id { get; init; }

    /// <summary>When the key was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The consumer whose tokens are signed.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Consumer> Consumer { get; init; }

    /// <summary>The name by which tokens name the key; the gateway makes one when none is given.</summary>
    [Auto, Unique, Shows(Shown.NotRequired)] public string? Key { get; init; }

    /// <summary>The secret of the HMAC algorithms; the gateway makes one when none is given.</summary>
    [Auto] public string? Secret { get; init; }

    /// <summary>The public key of the other algorithms, in PEM.</summary>
    public string? RsaPublicKey { get; init; }

    /// <summary>The algorithm of the signature (RFC 7518).</summary>
    [OneOf("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA")]
    public string? Algorithm { get; init; } = "HS256";

    /// <summary>Words to find the key by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    static IReadOnlyList<Check> IDeclared<JwtSecret>.Checks =>
    [
        When<JwtSecret>.Field(s => s.Algorithm).MatchesAny("^RS256$", "^RS384$", "^RS512$", "^PS256$", "^PS384$", "^PS512$", "^EdDSA$")
            .Then(s => s.RsaPublicKey, new Matcher([new CustomRule(pem => PublicKey.IsPem(Json.String(pem)!) ? null : "invalid key")], Required: true), null),
    ];
}
