using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A cryptographic key, as a JSON Web Key or in PEM.</summary>
[Entity("keys", EndpointKey = nameof(Name), CacheKey = [nameof(Kid), nameof(Set)])]
public sealed record Key : IDeclared<Key>
{
    /// <summary>The key's id.</summary>
    [Auto] public Id<Key> Id { get; init; }

    /// <summary>The set that it belongs to.</summary>
    [OnDelete(DeleteAction.Cascade), Shows(Shown.NotRequired)] public Id<KeySet>? Set { get; init; }

    /// <summary>A name that is unique in the workspace.</summary>
    [Unique, Shows(Shown.NotRequired)] public string? Name { get; init; }

    /// <summary>The key's id in tokens, unique in its set.</summary>
    [Shows(Shown.NotUnique)] public required string Kid { get; init; }

    /// <summary>The key as a JSON Web Key.</summary>
    [Encrypted, Referenceable] public string? Jwk { get; init; }

    /// <summary>The key in PEM.</summary>
    [Shows(Shown.NotRequired)] public KeyPem? Pem { get; init; }

    /// <summary>Words to find the key by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    /// <summary>When the key was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the key was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    static IReadOnlyList<Check> IDeclared<Key>.Checks =>
    [
        Fields<Key>.AtMostOne(k => k.Jwk, k => k.Pem),
        Fields<Key>.AtLeastOne(k => k.Jwk, k => k.Pem),
        new CustomCheck(["jwk", "pem", "kid"], JudgeForm),
    ];

    private static string? JudgeForm(JsonObject key) =>
        Json.String(key["jwk"]) is { } jwk && !VaultReference.Is(jwk) ? JsonWebKeyForm.Judge(jwk, Json.String(key["kid"]) ?? string.Empty) : null;
}

/// <summary>A private key, a public key, or both, in PEM.</summary>
public sealed record KeyPem : IDeclared<KeyPem>
{
    /// <summary>The private key.</summary>
    [Encrypted, Referenceable, Shows(Shown.NotRequired)] public string? PrivateKey { get; init; }

    /// <summary>The public key.</summary>
    [Referenceable, Shows(Shown.NotRequired)] public string? PublicKey { get; init; }

    static IReadOnlyList<Check> IDeclared<KeyPem>.Checks => [Fields<KeyPem>.AtLeastOne(p => p.PrivateKey, p => p.PublicKey)];

    static Func<JsonObject, string?> IDeclared<KeyPem>.Judge => pair =>
    {
        var (privatePem, publicPem) = (Json.String(pair["private_key"]), Json.String(pair["public_key"]));
        using var publicKey = publicPem is null || VaultReference.Is(publicPem) ? null : Pem.PublicKey(publicPem);
        if (publicKey is null && publicPem is not null && !VaultReference.Is(publicPem))
        {
            return "could not load public key";
        }

        using var privateKey = privatePem is null || VaultReference.Is(privatePem) ? null : Pem.PrivateKey(privatePem);
        if (privateKey is null && privatePem is not null && !VaultReference.Is(privatePem))
        {
            return "could not load private key";
        }

        return publicKey is null || privateKey is null || publicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(privateKey.ExportSubjectPublicKeyInfo())
            ? null
            : "public key does not match private key";
    };
}
