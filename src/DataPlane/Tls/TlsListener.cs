using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Proxy;
using Gateway.PluginSdk;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Tls;

/// <summary>Chooses the certificate of each handshake from the configuration in use; the default one stands in.</summary>
/// <param name="current">The configuration in use.</param>
/// <param name="standIn">What is shown where the configuration has nothing.</param>
/// <param name="settings">The node's settings.</param>
/// <param name="logger">Takes note of bugs in plugins.</param>
internal sealed partial class TlsListener(CurrentSnapshot current, DefaultCertificate standIn, DataPlaneOptions settings, ILogger<TlsListener> logger)
{
    // Kestrel's own for a whole handshake.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    // For plugins that look at certificates themselves.
    private static readonly ClientCertificateRules _unverified = new(ClientCertificateMode.OptionalWithoutAuthority, string.Empty, depth: 0);

    private readonly ConcurrentDictionary<(SslStreamCertificateContext Certificate, bool? Http2), SslServerAuthenticationOptions> _options = new();
    private readonly CipherSuitesPolicy? _suites = settings.Tls.CipherSuites is { } suites && !OperatingSystem.IsWindows() ? new CipherSuitesPolicy(suites) : null;
    private Seen _seen = new(CertificateTable.Empty, standIn.Current);

    /// <summary>Speaks TLS on a listener.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="http2">Whether HTTP/2 is offered.</param>
    /// <param name="clients">What clients must show, or null.</param>
    public void Open(ListenOptions listen, bool http2, ClientCertificateRules? clients)
    {
        listen.Use(next => connection => HearAsync(next, connection));
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context => current.Value.GlobalPlugins is { Certifies: true } plugins
                ? CertifyAsync(plugins, context.ClientHelloInfo.ServerName, http2, context.Connection, clients)
                : new(clients is null ? Options(context.ClientHelloInfo.ServerName, http2, context.Connection) : Asking(context.ClientHelloInfo.ServerName, http2, context.Connection, clients)),
        });
    }

    /// <summary>The handshake of a stream, whose application protocol is nobody's business here.</summary>
    /// <param name="serverName">The server name that the client asks for, or null.</param>
    public SslServerAuthenticationOptions OfStream(string? serverName) => Options(serverName, null, null);

    /// <summary>The handshake of a client that shows no certificate.</summary>
    /// <param name="serverName">The server name that it asks for, or null.</param>
    /// <param name="http2">Whether HTTP/2 is offered beside HTTP/1.1; null offers nothing.</param>
    /// <param name="connection">The connection, if what it offers was heard.</param>
    private SslServerAuthenticationOptions Options(string? serverName, bool? http2, ConnectionContext? connection)
    {
        var certificate = Find(serverName).For(TakesEcdsa(connection));
        return _options.TryGetValue((certificate, http2), out var known) ? known : _options.GetOrAdd((certificate, http2), key => Make(key.Certificate, key.Http2));
    }

    private async ValueTask<SslServerAuthenticationOptions> CertifyAsync(PluginPlan plugins, string? serverName, bool http2, ConnectionContext connection, ClientCertificateRules? clients)
    {
        var handshake = new Handshake(serverName, (connection.RemoteEndPoint as IPEndPoint)?.Address);
        try
        {
            await plugins.CertifyAsync(handshake);
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, handshake.Instance.Id);
            throw;
        }

        var rules = clients ?? (handshake.AsksForClientCertificate ? _unverified : null);
        var options = rules is not null ? Asking(serverName, http2, connection, rules) : handshake.Certificate is null ? Options(serverName, http2, connection) : Make(handshake.Certificate, http2);
        if (handshake.Certificate is not null)
        {
            options.ServerCertificateContext = handshake.Certificate;
        }

        return options;
    }

    private SslServerAuthenticationOptions Asking(string? serverName, bool? http2, ConnectionContext connection, ClientCertificateRules rules)
    {
        var options = Make(Find(serverName).For(TakesEcdsa(connection)), http2);
        options.ClientCertificateRequired = true;

        // The runtime shares the keys of sessions between all listeners with the same certificate. A session that began where nobody was asked would go on here without a certificate, and
        // one that began here would go on there with one.
        options.AllowTlsResume = false;

        // Whoever shows nothing, or the wrong thing, is told so in HTTP: an answer that people can read.
        connection.Features.Set(ClientVerification.None);
#pragma warning disable CA5359 // The requests are refused, not the handshake.
        options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            connection.Features.Set(rules.Judge(certificate as X509Certificate2, chain));
            return true;
        };
#pragma warning restore CA5359
        return options;
    }

    private SslServerAuthenticationOptions Make(SslStreamCertificateContext certificate, bool? http2) => new()
    {
        ServerCertificateContext = certificate,
        ApplicationProtocols = http2 switch { null => null, true => [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], _ => [SslApplicationProtocol.Http11] },
        EnabledSslProtocols = settings.Tls.Protocols,
        CipherSuitesPolicy = _suites,
        AllowTlsResume = settings.Tls.Resumes,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    private ServerCertificate Find(string? serverName)
    {
        var (table, @default) = (current.Value.Certificates, standIn.Current);
        if (_seen is var seen && (!ReferenceEquals(seen.Table, table) || !ReferenceEquals(seen.Default, @default)))
        {
            _seen = new Seen(table, @default);
            _options.Clear();
        }

        return table.Find(serverName) ?? @default;
    }

    private static bool TakesEcdsa(ConnectionContext? connection) => connection?.Features.Get<ClientHello>()?.TakesEcdsa is true;

    /// <summary>Hears what the client offers, where the choice between two kinds of a certificate depends on it.</summary>
    private async Task HearAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        if (current.Value.Certificates.HasKinds || standIn.Current.HasKinds)
        {
            ClientHello? hello = null;
            if (!await FirstOctets.LookAsync(connection, _patience, octets => ClientHello.TryRead(octets, out hello)))
            {
                return;
            }

            connection.Features.Set(hello);
        }

        await next(connection);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A TLS handshake failed in the plugin instance {Plugin}")]
        public static partial void Failed(ILogger logger, Exception exception, Guid plugin);
    }

    /// <summary>What the options were made of.</summary>
    private sealed record Seen(CertificateTable Table, ServerCertificate Default);
}
