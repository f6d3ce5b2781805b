using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A certificate with its private key, shown to clients by server name or to upstreams as the client's.</summary>
[Entity("certificates")]
public sealed record Certificate : IDeclared<Certificate>
{
    /// <summary>The certificate's id.</summary>
    [Auto] public Id<Certificate> Id { get; init; }

    /// <summary>When it was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>The certificate chain, in PEM.</summary>
    [Pem, Referenceable] public required string Cert { get; init; }

    /// <summary>The private key, in PEM.</summary>
    [Pem(key: true), Referenceable, Encrypted] public required string Key { get; init; }

    /// <summary>A second chain with another kind of key, in PEM.</summary>
    [Pem, Referenceable, Shows(Shown.NotRequired)] public string? CertAlt { get; init; }

    /// <summary>The second chain's private key, in PEM.</summary>
    [Pem(key: true), Referenceable, Encrypted, Shows(Shown.NotRequired)] public string? KeyAlt { get; init; }

    /// <summary>Words to find the certificate by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    /// <summary>The server names for which it is shown; they are rows of their own.</summary>
    [ServerName, Transient, Shows(Shown.NotRequired)] public IReadOnlyList<string>? Snis { get; init; }

    static IReadOnlyList<Check> IDeclared<Certificate>.Checks =>
    [
        Fields<Certificate>.AllOrNone(c => c.CertAlt, c => c.KeyAlt),
        new CustomCheck(["cert", "key"], c => Fits(c, "cert", "key") ? null : "certificate does not match key"),
        new CustomCheck(["cert_alt", "key_alt"], c => Fits(c, "cert_alt", "key_alt") ? null : "alternative certificate does not match key"),
        new CustomCheck(["cert", "cert_alt"], c => SameKind(c)
            ? "certificate and alternative certificate need to have different type (e.g. RSA and ECDSA), the provided certificates were both of the same type"
            : null),
    ];

    private static bool Fits(JsonObject certificate, string cert, string key) =>
        Json.String(certificate[cert]) is not { } pem || Json.String(certificate[key]) is not { } secret
        || pem.StartsWith("{vault:", StringComparison.Ordinal) || secret.StartsWith("{vault:", StringComparison.Ordinal) || Pem.Match(pem, secret);

    private static bool SameKind(JsonObject certificate)
    {
        using var one = Pem.Certificate(Json.String(certificate["cert"]) ?? string.Empty);
        using var other = Pem.Certificate(Json.String(certificate["cert_alt"]) ?? string.Empty);
        return one is not null && other is not null && one.PublicKey.Oid.Value == other.PublicKey.Oid.Value;
    }
}
