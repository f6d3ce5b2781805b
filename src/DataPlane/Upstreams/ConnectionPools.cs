using System.Collections.Concurrent;
using System.Net.Security;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.DataPlane.Upstreams.Http1;
using Gateway.PluginSdk;

namespace Gateway.DataPlane.Upstreams;

/// <summary>The pools of connections to upstreams; they outlive every configuration that uses them.</summary>
internal sealed class ConnectionPools : IDisposable
{
    private static readonly TimeSpan _sweeping = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ConnectionProfile, HttpMessageInvoker> _pools = new();
    private readonly ConcurrentDictionary<ConnectionProfile, Http1Client> _http1 = new();
    private readonly KeepAliveOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;

    /// <summary>Begins without connections.</summary>
    /// <param name="options">Whether idle connections are kept, how many and how long.</param>
    /// <param name="time">The clock.</param>
    public ConnectionPools(KeepAliveOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _sweeper = time.CreateTimer(static state => ((ConnectionPools)state!).Sweep(), this, _sweeping, _sweeping);
    }

    /// <summary>The pool of a profile for YARP's forwarder and for probes.</summary>
    /// <param name="profile">The profile.</param>
    public HttpMessageInvoker Of(ConnectionProfile profile) => _pools.GetOrAdd(profile, Create);

    /// <summary>Our own HTTP/1.1 connections of a profile.</summary>
    /// <param name="profile">The profile.</param>
    public Http1Client Http1Of(ConnectionProfile profile) => _http1.GetOrAdd(profile, p => new Http1Client(
        p.ConnectTimeout,
        name =>
        {
            var tls = Tls(p);
            tls.TargetHost ??= name;
            return tls;
        },
        p.KeepsAlive ? _options : _options with { IsOn = false },
        _time));

    /// <summary>Lets go of the pools of which a configuration has no more use. Requests in flight finish, and what is idle then closes by itself.</summary>
    /// <param name="used">The profiles that it uses.</param>
    public void Keep(IReadOnlySet<ConnectionProfile> used)
    {
        foreach (var profile in _pools.Keys.Where(p => !used.Contains(p)))
        {
            _pools.TryRemove(profile, out _);
        }

        foreach (var profile in _http1.Keys.Where(p => !used.Contains(p)))
        {
            if (_http1.TryRemove(profile, out var client))
            {
                client.Retire();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sweeper.Dispose();
        foreach (var client in _http1.Values)
        {
            client.Retire();
        }

        foreach (var pool in _pools.Values)
        {
            pool.Dispose();
        }
    }

    private void Sweep()
    {
        foreach (var client in _http1.Values)
        {
            client.Sweep();
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
        PooledConnectionIdleTimeout = _options.IdleTimeout,
        PooledConnectionLifetime = profile.KeepsAlive && _options.IsOn ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        // Octets of header values pass through unread.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        SslOptions = Tls(profile),
    });

    /// <summary>How TLS is spoken to upstreams of a profile; the server name is still missing where the profile has none.</summary>
    /// <param name="profile">The profile.</param>
    public static SslClientAuthenticationOptions Tls(ConnectionProfile profile)
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
                options.RemoteCertificateValidationCallback = (_, _, chain, errors) => errors is SslPolicyErrors.None && OutgoingTls.DepthOf(chain!) <= profile.VerifyDepth;
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
}

/// <summary>What happens to connections to upstreams between two requests.</summary>
public sealed record KeepAliveOptions
{
    /// <summary>Whether they are kept (<c>upstream_keepalive_pool_size</c> above 0).</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>How many are kept per address (<c>upstream_keepalive_pool_size</c>).</summary>
    public int PoolSize { get; init; } = 512;

    /// <summary>How many requests one carries (<c>upstream_keepalive_max_requests</c>); 0 sets no limit.</summary>
    public int MaxRequests { get; init; } = 10_000;

    /// <summary>How long one waits for its next request (<c>upstream_keepalive_idle_timeout</c>).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
