using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sync.Mtls;

namespace Gateway.DataPlane.Tls;

/// <summary>What clients are shown whose server name has no certificate in the configuration (<c>ssl_cert</c>); a reload replaces it.</summary>
public sealed class DefaultCertificate
{
    private readonly bool _staples;
    private volatile ServerCertificate _current;

    /// <summary>Loads it.</summary>
    /// <param name="pairs">Each with its chain and its key, an RSA and an ECDSA one at most; none makes a self-signed one.</param>
    /// <param name="staples">Whether handshakes carry what the authority's OCSP server says of it.</param>
    /// <exception cref="CryptographicException">A text is no certificate or key, or they do not belong together.</exception>
    public DefaultCertificate(IReadOnlyList<PemPair> pairs, bool staples = false) => (_staples, _current) = (staples, Load(pairs, staples));

    /// <summary>The certificate of new handshakes.</summary>
    internal ServerCertificate Current => _current;

    /// <summary>Shows another one from the next handshake on.</summary>
    /// <param name="pairs">Each with its chain and its key.</param>
    /// <exception cref="CryptographicException">A text is no certificate or key, or they do not belong together; the former one stays.</exception>
    public void Use(IReadOnlyList<PemPair> pairs) => _current = Load(pairs, _staples);

    private static ServerCertificate Load(IReadOnlyList<PemPair> pairs, bool staples) => pairs.Count > 0 ? new(pairs, staples) : new([SelfSigned()]);

    private static PemPair SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, OU=Gateway, O=Gateway", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(20));
        return new PemPair(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
