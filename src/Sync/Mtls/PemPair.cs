using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sync.Mtls;

/// <summary>The texts of a cluster certificate, its key and the authorities, as they stand in their files.</summary>
/// <param name="Certificate">PEM: the certificate, and perhaps the chain that leads to its authority.</param>
/// <param name="Key">PEM: the private key.</param>
/// <param name="Authorities">PEM: the authorities; null in shared mode.</param>
public sealed record PemPair(string Certificate, string Key, string? Authorities = null)
{
    /// <summary>Reads the texts.</summary>
    /// <exception cref="CryptographicException">A text is no certificate or key, or they do not belong together.</exception>
    public ClusterPair Parse()
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(Certificate);
        var authorities = new X509Certificate2Collection();
        if (Authorities is not null)
        {
            authorities.ImportFromPem(Authorities);
            if (authorities.Count == 0)
            {
                throw new CryptographicException("there is no certificate of an authority");
            }
        }

        return new ClusterPair(Load(Certificate, Key), [.. all.Skip(1)], authorities);
    }

    /// <summary>A certificate with its private key.</summary>
    /// <param name="certificate">PEM of the certificate.</param>
    /// <param name="key">PEM of the key.</param>
    /// <exception cref="CryptographicException">A text is no certificate or key, or they do not belong together.</exception>
    public static X509Certificate2 Load(string certificate, string key)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPem(certificate, KeyOf(key) ?? throw new CryptographicException("there is no private key"));
            // SslStream wants a key that is not ephemeral on every platform.
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException(e.Message, e);
        }
    }

    /// <summary>The bytes of the private key, the same for every way to write it in PEM (PKCS #8).</summary>
    /// <exception cref="CryptographicException">The texts are no certificate and key, or they do not belong together.</exception>
    public byte[] ExportKey()
    {
        using var pair = Load(Certificate, Key);
        return ExportKey(pair);
    }

    /// <summary>The bytes of a certificate's private key (PKCS #8).</summary>
    /// <param name="certificate">The certificate.</param>
    /// <exception cref="CryptographicException">The key is neither RSA nor EC.</exception>
    public static byte[] ExportKey(X509Certificate2 certificate)
    {
        using var key = (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey() ?? throw NeitherRsaNorEc();
        return key.ExportPkcs8PrivateKey();
    }

    /// <summary>The bytes of the private key in a text (PKCS #8), without its certificate.</summary>
    /// <param name="pem">PEM.</param>
    /// <exception cref="CryptographicException">There is none that can be read, or it is neither RSA nor EC.</exception>
    public static byte[] ExportKey(string pem)
    {
        var text = KeyOf(pem) ?? throw new CryptographicException("there is no private key");
        foreach (var key in new AsymmetricAlgorithm[] { ECDsa.Create(), RSA.Create() })
        {
            using (key)
            {
                try
                {
                    key.ImportFromPem(text);
                    return key.ExportPkcs8PrivateKey();
                }
                catch (Exception e) when (e is CryptographicException or ArgumentException)
                {
                    // It is of the other kind.
                }
            }
        }

        throw NeitherRsaNorEc();
    }

    private static CryptographicException NeitherRsaNorEc() => new("the private key is neither RSA nor EC");

    /// <summary>The private key in a text, or null when there is none.</summary>
    /// <param name="pem">PEM; EC keys are often written with their parameters before them.</param>
    public static string? KeyOf(string pem)
    {
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label].EndsWith("PRIVATE KEY"))
            {
                return rest[fields.Location].ToString();
            }
        }

        return null;
    }
}
