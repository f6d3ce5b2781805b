using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Hosting;

/// <summary>A listener's certificate with its key, and the certificates that lead from it to its authority.</summary>
/// <param name="Leaf">The certificate with its key.</param>
/// <param name="Chain">Those between it and its authority, in any order.</param>
public sealed record ChainedCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain);

/// <summary>Opens TLS listeners.</summary>
public static class ChainedCertificateListeners
{
    /// <summary>Speaks TLS with a certificate and its chain.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="certificate">The certificate.</param>
    public static ListenOptions UseHttps(this ListenOptions listen, ChainedCertificate certificate) => listen.UseHttps(new HttpsConnectionAdapterOptions
    {
        ServerCertificate = certificate.Leaf,
        ServerCertificateChain = certificate.Chain,
    });
}
