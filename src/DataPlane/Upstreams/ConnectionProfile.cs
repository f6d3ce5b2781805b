using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.DataPlane.Upstreams;

/// <summary>How connections to upstreams are made; services with an equal profile share their idle connections.</summary>
/// <param name="ConnectTimeout">How long connecting may take.</param>
/// <param name="Verify">Whether the upstream's certificate is verified.</param>
/// <param name="Authorities">The PEM of the authorities it is verified against; empty for the system's.</param>
/// <param name="ClientCertificate">The PEM of certificate and key shown to the upstream, or null.</param>
internal sealed record ConnectionProfile(TimeSpan ConnectTimeout, bool Verify, string Authorities, string? ClientCertificate)
{
    /// <summary>The server name of TLS handshakes; null for the request's Host.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whether connections are used for more than one request.</summary>
    public bool KeepsAlive { get; init; } = true;
}

/// <summary>The pools of connections to upstreams; they outlive every configuration.</summary>
internal sealed class ConnectionPools : IDisposable
{
    private readonly ConcurrentDictionary<ConnectionProfile, HttpMessageInvoker> _pools = new();

    /// <summary>The pool of a profile.</summary>
    /// <param name="profile">The profile.</param>
    public HttpMessageInvoker Of(ConnectionProfile profile) => _pools.GetOrAdd(profile, Create);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pool in _pools.Values)
        {
            pool.Dispose();
        }
    }

    private static HttpMessageInvoker Create(ConnectionProfile profile) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
        ConnectTimeout = profile.ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        PooledConnectionLifetime = profile.KeepsAlive ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        // Octets of header values pass through unread.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        SslOptions = Tls(profile),
    });

    private static SslClientAuthenticationOptions Tls(ConnectionProfile profile)
    {
        var options = new SslClientAuthenticationOptions();
        if (profile.ServerName is { } name)
        {
            options.TargetHost = name;
        }

        if (!profile.Verify)
        {
            // The service's tls_verify is off, which is Kong's default.
#pragma warning disable CA5359
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (profile.Authorities.Length > 0)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(profile.Authorities);
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        if (profile.ClientCertificate is { } pem)
        {
            var certificate = X509Certificate2.CreateFromPem(pem, pem);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pem);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }

        return options;
    }
}
