using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Manager.Forms;

/// <summary>What a person wants to know of a certificate.</summary>
/// <param name="Name">Its common name, or its whole subject.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="Starts">When it begins to be valid.</param>
/// <param name="Ends">When it ceases to be.</param>
public sealed record CertificateSummary(string Name, string Issuer, DateTimeOffset Starts, DateTimeOffset Ends)
{
    /// <summary>Reads a PEM text; null when it is none, e.g. a vault reference.</summary>
    public static CertificateSummary? Read(string? pem)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(pem))
            {
                return null;
            }

            using var certificate = X509Certificate2.CreateFromPem(pem);
            var name = certificate.GetNameInfo(X509NameType.SimpleName, false);
            return new CertificateSummary(name.Length > 0 ? name : certificate.Subject, certificate.GetNameInfo(X509NameType.SimpleName, true), certificate.NotBefore, certificate.NotAfter);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
