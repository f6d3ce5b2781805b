using System.Net.Security;
using System.Security.Authentication;

namespace Gateway.DataPlane.Tls;

/// <summary>How TLS is spoken with clients.</summary>
public sealed record TlsOptions
{
    /// <summary>The versions that are spoken (<c>ssl_protocols</c>, <c>ssl_cipher_suite</c>).</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>The cipher suites in the order of preference (<c>ssl_ciphers</c>); null for .NET's own, which are those of <c>intermediate</c>.</summary>
    public IReadOnlyList<TlsCipherSuite>? CipherSuites { get; init; }

    /// <summary>Whether clients may resume sessions, which they do with tickets (<c>ssl_session_tickets</c>).</summary>
    public bool Resumes { get; init; } = true;

    /// <summary>Whether handshakes carry what the authorities' OCSP servers say of the certificates, for clients that ask for it (<c>nginx_proxy_ssl_stapling</c>).</summary>
    /// <remarks>Off, as in Kong: the gateway would ask servers that certificates name.</remarks>
    public bool Staples { get; init; }

    /// <summary>What clients must show; null asks for nothing (<c>nginx_proxy_ssl_verify_client</c>).</summary>
    public ClientCertificateRules? Clients { get; init; }
}
