using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Gateway.ControlPlane.Clustering;

/// <summary>The certificate that a data plane presented, in words.</summary>
/// <param name="Subject">Whom it names.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="Serial">Its serial number, hexadecimal.</param>
/// <param name="Fingerprint">Its SHA-256, hexadecimal.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ends.</param>
public sealed record PlaneCertificate(string Subject, string Issuer, string Serial, string Fingerprint, DateTimeOffset Start, DateTimeOffset End)
{
    internal static PlaneCertificate Of(X509Certificate2 certificate) => new(
        certificate.Subject, certificate.Issuer, certificate.SerialNumber, certificate.GetCertHashString(HashAlgorithmName.SHA256),
        certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());

    internal JsonObject Render() => new()
    {
        ["subject"] = Subject,
        ["issuer"] = Issuer,
        ["serial"] = Serial,
        ["fingerprint_sha256"] = Fingerprint,
        ["not_before"] = Start.ToUnixTimeSeconds(),
        ["not_after"] = End.ToUnixTimeSeconds(),
    };
}
