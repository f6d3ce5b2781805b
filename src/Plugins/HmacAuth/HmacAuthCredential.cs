using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.HmacAuth;

/// <summary>A name and secret by which a consumer is known.</summary>
[Entity("hmacauth_credentials", EndpointKey = nameof(Username), AdminName = "hmac-auths", NestedName = "hmac-auth", CacheKey = [nameof(Username)])]
public sealed record HmacAuthCredential : IDeclared<HmacAuthCredential>
{
    /// <summary>The credential's id.</summary>
    [Auto] public Id<HmacAuthCredential> Id { get; init; }

    /// <summary>When the credential was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The consumer who signs with the secret.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Consumer> Consumer { get; init; }

    /// <summary>The name that signatures carry.</summary>
    [Unique] public required string Username { get; init; }

    /// <summary>The secret; the gateway makes one when none is given.</summary>
    [Auto] public string? Secret { get; init; }

    /// <summary>Words to find the credential by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }
}
