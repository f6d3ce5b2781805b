using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>The certificate of an authority against which others are verified.</summary>
[Entity("ca_certificates", Workspaceable = false)]
public sealed record CaCertificate : IDeclared<CaCertificate>
{
    /// <summary>The certificate's id.</summary>
    [Auto] public Id<CaCertificate> Id { get; init; }

    /// <summary>When it was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>The certificate, in PEM.</summary>
    [Pem] public required string Cert { get; init; }

    /// <summary>The SHA-256 of the certificate, in lower-case hex; the gateway fills it.</summary>
    [Unique] public string? CertDigest { get; init; }

    /// <summary>Words to find the certificate by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    static IReadOnlyList<Check> IDeclared<CaCertificate>.Checks => [new CustomCheck(["cert"], JudgeAuthority)];

    /// <summary>The digest by which a certificate is known, or null when the text is none.</summary>
    /// <param name="pem">The certificate, in PEM.</param>
    public static string? DigestOf(string pem)
    {
        using var certificate = Pem.Certificate(pem);
        return certificate?.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
    }

    private static string? JudgeAuthority(JsonObject row)
    {
        var pem = Json.String(row["cert"]) ?? string.Empty;
        if (pem.Split("-----BEGIN ", StringSplitOptions.None).Length > 2)
        {
            return "please submit only one certificate at a time";
        }

        using var certificate = Pem.Certificate(pem);
        if (certificate is null)
        {
            return null;
        }

        return certificate.NotAfter.ToUniversalTime() < DateTime.UtcNow ? "certificate expired, \"Not After\" time is in the past"
            : certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority) ? null
            : "certificate does not appear to be a CA because it is missing the \"CA\" basic constraint";
    }
}
