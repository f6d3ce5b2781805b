using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Oauth2;

/// <summary>An application of a consumer's that asks for tokens.</summary>
[Entity("oauth2_credentials", EndpointKey = nameof(ClientId), AdminName = "oauth2", CacheKey = [nameof(ClientId)])]
public sealed record Oauth2Credential : IDeclared<Oauth2Credential>
{
    /// <summary>The application's id.</summary>
    [Auto] public Id<Oauth2Credential> Id { get; init; }

    /// <summary>When the application was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The consumer whose application it is.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Consumer> Consumer { get; init; }

    /// <summary>The application's name, which people see.</summary>
    public required string Name { get; init; }

    /// <summary>The name by which the application asks; the gateway makes one when none is given.</summary>
    [Auto, Unique, Shows(Shown.NotRequired)] public string? ClientId { get; init; }

    /// <summary>The secret by which the application asks; the gateway makes one when none is given.</summary>
    [Auto, Encrypted, Shows(Shown.NotRequired)] public string? ClientSecret { get; init; }

    /// <summary>Whether the secret is kept as a hash.</summary>
    public bool HashSecret { get; init; }

    /// <summary>The URIs to which people are sent back.</summary>
    [RedirectUri, Shows(Shown.NotRequired)] public IReadOnlyList<string>? RedirectUris { get; init; }

    /// <summary>Words to find the application by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    /// <summary>Whether the application can keep a secret (RFC 6749, section 2.1).</summary>
    [OneOf("confidential", "public")] public string ClientType { get; init; } = "confidential";

    static IReadOnlyList<Transformation> IDeclared<Oauth2Credential>.Transformations =>
    [
        Transformation.Of<Oauth2Credential>(c => c.ClientSecret, row => Json.Boolean(row["hash_secret"]) is true ? SecretHash.Of(Json.String(row["client_secret"])!) : Json.String(row["client_secret"])!) with { Together = ("hash_secret", "client_secret") },
    ];
}
