using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Testing;

/// <summary>Certificates as <c>kong hybrid gen_cert</c> makes them: EC P-384, no extensions.</summary>
public static class TestCertificates
{
    /// <summary>A new cluster certificate with its key; two calls give two clusters.</summary>
    public static X509Certificate2 Cluster(DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=kong_clustering", key, HashAlgorithmName.SHA384);
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), notAfter ?? now.AddDays(1095));
    }
}
