using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Entities;

/// <summary>Reads certificates and private keys in PEM; what cannot be read is a message, not an exception.</summary>
public static class Pem
{
    /// <summary>The first certificate of a PEM text, or null.</summary>
    /// <param name="pem">The text.</param>
    public static X509Certificate2? Certificate(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The private key of a PEM text, RSA or EC, or null.</summary>
    /// <param name="pem">The text.</param>
    public static AsymmetricAlgorithm? PrivateKey(string pem)
    {
        foreach (var create in new Func<AsymmetricAlgorithm>[] { () => RSA.Create(), () => ECDsa.Create() })
        {
            var key = create();
            try
            {
                key.ImportFromPem(pem);
                return key;
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                key.Dispose();
            }
        }

        return null;
    }

    /// <summary>The public key of a PEM text, RSA or EC, or null; a text with a private key is none.</summary>
    /// <param name="pem">The text.</param>
    public static AsymmetricAlgorithm? PublicKey(string pem) => pem.Contains("PRIVATE KEY", StringComparison.Ordinal) ? null : PrivateKey(pem);

    /// <summary>Whether a certificate and a private key belong together.</summary>
    /// <param name="certificate">The certificate, in PEM.</param>
    /// <param name="key">The private key, in PEM.</param>
    public static bool Match(string certificate, string key)
    {
        using var parsed = Certificate(certificate);
        using var secret = PrivateKey(key);
        return parsed is not null && secret is not null && parsed.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(secret.ExportSubjectPublicKeyInfo());
    }

    internal static string? JudgeCertificate(string pem)
    {
        using var certificate = Certificate(pem);
        return certificate is null ? "invalid certificate: no certificate in PEM found" : null;
    }

    internal static string? JudgeKey(string pem)
    {
        using var key = PrivateKey(pem);
        return key is null ? "invalid key: no private key in PEM found" : null;
    }
}
