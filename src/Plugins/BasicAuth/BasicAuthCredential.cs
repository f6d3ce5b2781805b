using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.BasicAuth;

/// <summary>A name and password by which a consumer is known.</summary>
[Entity("basicauth_credentials", EndpointKey = nameof(Username), AdminName = "basic-auths", NestedName = "basic-auth", CacheKey = [nameof(Username)])]
public sealed record BasicAuthCredential : IDeclared<BasicAuthCredential>
{
    /// <summary>The credential's id.</summary>
    [Auto] public Id<BasicAuthCredential> Id { get; init; }

    /// <summary>When the credential was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The consumer who is let in with the name and password.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Consumer> Consumer { get; init; }

    /// <summary>The name.</summary>
    [Unique] public required string Username { get; init; }

    /// <summary>The password; it is kept, and shown, as its hash.</summary>
    [Encrypted] public required string Password { get; init; }

    /// <summary>Words to find the credential by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    static IReadOnlyList<Transformation> IDeclared<BasicAuthCredential>.Transformations =>
    [
        Transformation.Of<BasicAuthCredential>(
            c => c.Password, row => PasswordHash.Of(Json.String(row["password"])!, Guid.Parse(Json.String(row["consumer"]!["id"])!)), needs: c => c.Consumer) with { Together = ("password", "consumer.id") },
    ];
}
