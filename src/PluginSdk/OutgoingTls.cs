using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.PluginSdk;

/// <summary>How plugins speak TLS with the servers that they call: a certificate is always verified.</summary>
public sealed record OutgoingTls
{
    /// <summary>The PEM of the authorities that are trusted (<c>lua_ssl_trusted_certificate</c>); empty trusts those of the system.</summary>
    public string Authorities { get; init; } = string.Empty;

    /// <summary>How many certificates may stand between the server's and the trusted one (<c>lua_ssl_verify_depth</c>); null is any number.</summary>
    public int? Depth { get; init; }

    /// <summary>The versions of TLS that are spoken (<c>lua_ssl_protocols</c>).</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>The options of one client.</summary>
    /// <param name="host">The name that the certificate must have; null takes that of the address.</param>
    public SslClientAuthenticationOptions Create(string? host = null)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = Protocols,
            CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck },
        };
        if (Authorities.Length > 0)
        {
            options.CertificateChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPem(Authorities);
        }

        if (Depth is { } depth)
        {
            options.RemoteCertificateValidationCallback = (_, _, chain, errors) => errors is SslPolicyErrors.None && DepthOf(chain!) <= depth;
        }

        return options;
    }

    /// <summary>How many certificates of a chain stand between its first and its last.</summary>
    /// <param name="chain">The chain.</param>
    public static int DepthOf(X509Chain chain) => Math.Max(0, chain.ChainElements.Count - 2);
}
