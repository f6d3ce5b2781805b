using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sync.Mtls;

namespace Gateway.DataPlane.Tls;

/// <summary>A certificate that clients are shown, perhaps in two kinds: ECDSA for those who take it, RSA for the others.</summary>
internal sealed class ServerCertificate
{
    private readonly SslStreamCertificateContext? _ecdsa;
    private readonly SslStreamCertificateContext? _other;

    /// <summary>Loads the certificates.</summary>
    /// <param name="pairs">Each with its chain and its key; of two of the same kind the first counts.</param>
    /// <param name="staples">Whether handshakes carry what the authority's OCSP server says of it, once it was fetched.</param>
    /// <exception cref="CryptographicException">A text is no certificate or key, or they do not belong together.</exception>
    public ServerCertificate(IEnumerable<PemPair> pairs, bool staples = false)
    {
        foreach (var pair in pairs)
        {
            var certificate = PemPair.Load(pair.Certificate, pair.Key);
            ref var kind = ref certificate.PublicKey.Oid.Value is "1.2.840.10045.2.1" ? ref _ecdsa : ref _other;
            kind ??= Context(certificate, pair.Certificate, staples);
        }

        if (_ecdsa is null && _other is null)
        {
            throw new CryptographicException("there is no certificate");
        }
    }

    /// <summary>Whether there are two kinds, so that the choice depends on the client.</summary>
    public bool HasKinds => _ecdsa is not null && _other is not null;

    /// <summary>The certificate for a handshake.</summary>
    /// <param name="takesEcdsa">Whether the client takes ECDSA.</param>
    public SslStreamCertificateContext For(bool takesEcdsa) => _ecdsa is not null && (takesEcdsa || _other is null) ? _ecdsa : _other!;

    private static SslStreamCertificateContext Context(X509Certificate2 certificate, string chain, bool staples)
    {
        var others = new X509Certificate2Collection();
        others.ImportFromPem(chain);
        return SslStreamCertificateContext.Create(certificate, others, offline: !staples);
    }
}
