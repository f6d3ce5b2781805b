using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.DataPlane.Upstreams;

/// <summary>The pools of connections to upstreams; they outlive every configuration that uses them.</summary>
/// <param name="options">Whether idle connections are kept, and how long.</param>
internal sealed class ConnectionPools(KeepAliveOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<ConnectionProfile, HttpMessageInvoker> _pools = new();

    /// <summary>The pool of a profile.</summary>
    /// <param name="profile">The profile.</param>
    public HttpMessageInvoker Of(ConnectionProfile profile) => _pools.GetOrAdd(profile, Create);

    /// <summary>Lets go of the pools of which a configuration has no more use. Requests in flight finish, and what is idle then closes by itself.</summary>
    /// <param name="used">The profiles that it uses.</param>
    public void Keep(IReadOnlySet<ConnectionProfile> used)
    {
        foreach (var profile in _pools.Keys.Where(p => !used.Contains(p)))
        {
            _pools.TryRemove(profile, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pool in _pools.Values)
        {
            pool.Dispose();
        }
    }

    private HttpMessageInvoker Create(ConnectionProfile profile) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = null,
        ConnectTimeout = profile.ConnectTimeout,
        PooledConnectionIdleTimeout = options.IdleTimeout,
        PooledConnectionLifetime = profile.KeepsAlive && options.IsOn ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
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
        else
        {
            options.CertificateChainPolicy = Policy(profile);
            if (profile.VerifyDepth is not int.MaxValue)
            {
                options.RemoteCertificateValidationCallback = (_, _, chain, errors) => errors is SslPolicyErrors.None && Depth(chain!) <= profile.VerifyDepth;
            }
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

    private static X509ChainPolicy Policy(ConnectionProfile profile)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (profile.Authorities.Length > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.ImportFromPem(profile.Authorities);
        }

        return policy;
    }

    /// <summary>The authorities between both ends of a chain.</summary>
    private static int Depth(X509Chain chain) => Math.Max(0, chain.ChainElements.Count - 2);
}

/// <summary>What happens to connections to upstreams between two requests.</summary>
public sealed record KeepAliveOptions
{
    /// <summary>Whether they are kept (<c>upstream_keepalive_pool_size</c> above 0).</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>How long one waits for its next request (<c>upstream_keepalive_idle_timeout</c>).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
