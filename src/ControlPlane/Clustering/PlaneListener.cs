using System.Net;
using System.Net.Security;
using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Gateway.Sync.Mtls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Listens for data planes: TLS, the cluster's certificate asked of every peer, and HTTP/1.1 only to those who have it.</summary>
/// <remarks>A server of its own, so that nothing of the Admin API can be reached here.</remarks>
internal sealed partial class PlaneListener(ClusterOptions options, IReadOnlyList<Listener> listen, OcspClient ocsp, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<PlaneListener>();
    private WebApplication? _server;

    /// <summary>The ports that are listened on.</summary>
    public IReadOnlyList<int> Ports => _server is null ? [] : [.. _server.Services.GetRequiredService<IServer>()
        .Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(a => new Uri(a.Replace("[::]", "localhost", StringComparison.Ordinal)).Port)];

    public async Task StartAsync(RequestDelegate handle, CancellationToken cancellation)
    {
        if (listen.Count == 0)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().UseListeners(listen).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var listener in listen)
            {
                kestrel.Listen(listener, Configure);
            }
        });
        // Sessions end by themselves when told; what is left after that is not worth a long stop.
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        _server = builder.Build();
        _server.UseAccessLog(options.AccessLog);
        _server.Run(http => PlaneAdmission.Of(http) is { Verdict.IsAccepted: true } ? handle(http) : PlaneAdmission.RefuseAsync(http));
        await _server.StartAsync(cancellation);
    }

    public Task StopAsync(CancellationToken cancellation) => _server?.StopAsync(cancellation) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _server, null)?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Configure(ListenOptions listener)
    {
        listener.Protocols = HttpProtocols.Http1;
        listener.Use(next => connection => NameFailedHandshakeAsync(next, connection));
        // Decided for every connection, because the certificate may be replaced while this listens.
        listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = Handshake, HandshakeTimeout = TimeSpan.FromSeconds(5) });
        listener.Use(next => connection => AdmitAsync(next, connection));
    }

    private ValueTask<SslServerAuthenticationOptions> Handshake(TlsHandshakeCallbackContext context)
    {
        var pair = options.Identity.Current;
        var items = context.Connection.Items;
        return ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = pair.Context,
            ClientCertificateRequired = true,
            CertificateChainPolicy = PeerJudge.ChainPolicy(pair),
            // A resumed session would not show the peer's certificate.
            AllowTlsResume = false,
#pragma warning disable CA5359 // Judged here and refused below: whoever is refused shall learn it by HTTP, as far as there is an answer at all.
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                items[typeof(PlaneAdmission)] = new PlaneAdmission(
                    PeerJudge.OfDataPlane(options.Identity, pair, certificate, chain?.ChainPolicy.ExtraStore ?? []), pair);
                return true;
            },
#pragma warning restore CA5359
        });
    }

    private async Task NameFailedHandshakeAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var peer = connection.RemoteEndPoint;
        await next(connection);
        if (!connection.Items.ContainsKey(nameof(AdmitAsync)))
        {
            Log.HandshakeFailed(_logger, peer);
        }
    }

    // Before any HTTP, so that a stranger gets no answer at all.
    private async Task AdmitAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        connection.Items[nameof(AdmitAsync)] = true;
        if (connection.Items[typeof(PlaneAdmission)] is not PlaneAdmission admission)
        {
            return;
        }

        var verdict = await CheckRevocationAsync(admission, connection);
        if (!verdict.IsAccepted)
        {
            Log.Refused(_logger, connection.RemoteEndPoint, verdict.Reason!);
        }

        if (verdict.IsAccepted || PlaneAdmission.HasAnswer(options.Identity, verdict))
        {
            await next(connection);
        }
    }

    private async Task<PeerVerdict> CheckRevocationAsync(PlaneAdmission admission, ConnectionContext connection)
    {
        var (identity, verdict) = (options.Identity, admission.Verdict);
        if (identity.Ocsp is OcspMode.Off || verdict is not { IsAccepted: true, Certificate: { } certificate, Issuer: { } issuer })
        {
            return verdict;
        }

        var result = await ocsp.AskAsync(certificate, issuer, admission.Pair, connection.ConnectionClosed);
        if (result.Status is OcspStatus.Good)
        {
            return verdict;
        }

        if (result.Status is OcspStatus.Undetermined && identity.Ocsp is OcspMode.Optional)
        {
            Log.RevocationUnknown(_logger, connection.RemoteEndPoint, certificate.Subject, result.Reason!);
            return verdict;
        }

        return verdict with { Problem = PeerProblem.Foreign, Reason = $"the presented certificate ({certificate.Subject}) may be revoked: {result.Reason}" };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A data plane at {Peer} is refused: {Reason}")]
        public static partial void Refused(ILogger logger, EndPoint? peer, string reason);

        [LoggerMessage(LogLevel.Warning, "A data plane at {Peer} is let in, though nobody says whether its certificate ({Subject}) was revoked: {Reason}")]
        public static partial void RevocationUnknown(ILogger logger, EndPoint? peer, string subject, string reason);

        // A port scan or a load balancer's probe looks the same, so this is no warning.
        [LoggerMessage(LogLevel.Information, "A connection from {Peer} ended before its TLS handshake did; a data plane with another cluster certificate does that")]
        public static partial void HandshakeFailed(ILogger logger, EndPoint? peer);
    }
}
