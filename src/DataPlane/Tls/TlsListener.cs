using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.DataPlane.Config;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.DataPlane.Tls;

/// <summary>Chooses the certificate of each handshake from the configuration in use; a self-signed one stands in.</summary>
/// <param name="current">The configuration in use.</param>
/// <param name="settings">The node's settings.</param>
internal sealed class TlsListener(CurrentSnapshot current, DataPlaneOptions settings)
{
    private readonly Lazy<SslStreamCertificateContext> _default =
        new(() => settings.Certificate is { } given ? SslStreamCertificateContext.Create(given, null, offline: true) : SelfSigned());

    private readonly ConcurrentDictionary<(SslStreamCertificateContext Certificate, bool? Http2), SslServerAuthenticationOptions> _options = new();
    private CertificateTable? _seen;

    /// <summary>The handshakes of one listener.</summary>
    /// <param name="http2">Whether HTTP/2 is offered.</param>
    public TlsHandshakeCallbackOptions Handshakes(bool http2) => new()
    {
        OnConnection = context => new ValueTask<SslServerAuthenticationOptions>(Options(context.ClientHelloInfo.ServerName, http2)),
    };

    /// <summary>The handshake of a stream, whose application protocol is nobody's business here.</summary>
    /// <param name="serverName">The server name that the client asks for, or null.</param>
    public SslServerAuthenticationOptions OfStream(string? serverName) => Options(serverName, null);

    private SslServerAuthenticationOptions Options(string? serverName, bool? http2)
    {
        var table = current.Value.Certificates;
        if (!ReferenceEquals(Interlocked.Exchange(ref _seen, table), table))
        {
            _options.Clear();
        }

        return _options.GetOrAdd((table.Find(serverName) ?? _default.Value, http2), static key => new SslServerAuthenticationOptions
        {
            ServerCertificateContext = key.Certificate,
            ApplicationProtocols = key.Http2 switch { null => null, true => [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], _ => [SslApplicationProtocol.Http11] },
            ClientCertificateRequired = false,
        });
    }

    private static SslStreamCertificateContext SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, OU=Gateway, O=Gateway", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(20));
        return SslStreamCertificateContext.Create(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null), null, offline: true);
    }
}
