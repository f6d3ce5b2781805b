using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Testing;

/// <summary>A certificate authority that signs certificates for planes, and other authorities.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly TestAuthority? _parent;

    private TestAuthority(X509Certificate2 certificate, TestAuthority? parent) => (Certificate, _parent) = (certificate, parent);

    /// <summary>Its certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authorities between it and the root, itself first, without the root.</summary>
    public IReadOnlyList<X509Certificate2> Chain => _parent is null ? [] : [Certificate, .. _parent.Chain];

    /// <summary>A new root.</summary>
    public static TestAuthority Create(string name = "Test Root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Authority(name, key);
        var now = DateTimeOffset.UtcNow;
        return new TestAuthority(request.CreateSelfSigned(now.AddYears(-1), now.AddYears(10)), null);
    }

    /// <summary>An authority below this one.</summary>
    public TestAuthority Intermediate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestAuthority(Sign(Authority(name, key), key, DateTimeOffset.UtcNow.AddYears(5)), this);
    }

    /// <summary>A certificate with its key.</summary>
    /// <param name="commonName">The common name.</param>
    /// <param name="dnsNames">The alternative names; none leaves the extension out.</param>
    /// <param name="notAfter">When it ends.</param>
    /// <param name="extensions">Further extensions.</param>
    public X509Certificate2 Issue(string commonName, string[]? dnsNames = null, DateTimeOffset? notAfter = null, params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        if (dnsNames is { Length: > 0 })
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var name in dnsNames)
            {
                if (IPAddress.TryParse(name, out var address))
                {
                    names.AddIpAddress(address);
                }
                else
                {
                    names.AddDnsName(name);
                }
            }

            request.CertificateExtensions.Add(names.Build());
        }

        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        return Sign(request, key, notAfter ?? DateTimeOffset.UtcNow.AddYears(1));
    }

    /// <inheritdoc />
    public void Dispose() => Certificate.Dispose();

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private X509Certificate2 Sign(CertificateRequest request, ECDsa key, DateTimeOffset notAfter)
    {
        using var issuer = Certificate.GetECDsaPrivateKey()!;
        using var signed = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer), DateTimeOffset.UtcNow.AddMonths(-6), notAfter, RandomNumberGenerator.GetBytes(12));
        return signed.CopyWithPrivateKey(key);
    }
}
