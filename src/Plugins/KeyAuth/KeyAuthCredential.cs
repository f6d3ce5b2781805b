using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.KeyAuth;

/// <summary>A key by which a consumer is known.</summary>
[Entity("keyauth_credentials", EndpointKey = nameof(Key), AdminName = "key-auths", NestedName = "key-auth", CacheKey = [nameof(Key)], Ttl = true)]
public sealed record KeyAuthCredential : IDeclared<KeyAuthCredential>
{
    /// <summary>The credential's id.</summary>
    [Auto] public Id<KeyAuthCredential> Id { get; init; }

    /// <summary>When the credential was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The consumer who is let in with the key.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Consumer> Consumer { get; init; }

    /// <summary>The key; the gateway makes one when none is given.</summary>
    [Auto, Unique, Shows(Shown.NotRequired)] public string? Key { get; init; }

    /// <summary>Words to find the credential by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }
}
