using Gateway.ControlPlane.Clustering;
using Gateway.Sync;
using Gateway.Sync.Mtls;
using Gateway.Sync.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Listens on 8006 and takes in what the data planes count.</summary>
internal sealed partial class TelemetryListener(
    ClusterOptions options, TelemetryIntake intake, UpstreamHealthBoard health, DataPlaneRegistry registry, OcspClient ocsp, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private const string Path = "/v1/telemetry";

    private readonly PlaneListener _listener = new(options, options.TelemetryListen, ocsp, loggers);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger = loggers.CreateLogger<TelemetryListener>();

    /// <summary>The ports that are listened on.</summary>
    public IReadOnlyList<int> Ports => _listener.Ports;

    public Task StartAsync(CancellationToken cancellationToken) => _listener.StartAsync(HandleAsync, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _listener.StopAsync(cancellationToken);
    }

    // The container disposes it twice: as itself and as a hosted service.
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _listener.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        if (await PlaneUpgrade.AcceptAsync(http, Path, NodeVitals.MaxMessage) is not var (identity, frames))
        {
            return;
        }

        try
        {
            while (await ReceiveAsync(frames, identity.Distrusted) is { Opcode: not WebSocketOpcode.Close } frame)
            {
                if (frame.Opcode is WebSocketOpcode.Ping)
                {
                    await frames.WriteAsync(WebSocketOpcode.Pong, frame.Payload, _stopping.Token);
                }
                else if (frame.Opcode is WebSocketOpcode.Text && NodeVitals.Parse(frame.Payload.Span) is { } report)
                {
                    if (report.Upstreams is { } upstreams)
                    {
                        health.Record(identity.Id, identity.Hostname, upstreams);
                    }

                    if (Guid.TryParse(identity.Id, out var id))
                    {
                        intake.Record(id, identity.Hostname, report);
                        registry.Touch(id, report.ConfigError, report.Rejection);
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Log.Ended(_logger, identity.Id, identity.Ip, e.Message);
        }
        finally
        {
            await frames.DisposeAsync();
        }
    }

    private async Task<WebSocketFrame?> ReceiveAsync(WebSocketFrames frames, CancellationToken distrusted)
    {
        using var limit = new CancellationTokenSource(DataPlaneSession.Liveness, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token, distrusted);
        return await frames.ReadAsync(both.Token);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The telemetry of data plane {Id} ({Ip}) ended: {Reason}")]
        public static partial void Ended(ILogger logger, string id, string ip, string reason);
    }
}
