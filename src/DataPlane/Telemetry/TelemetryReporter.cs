using Gateway.DataPlane.Sync;
using Gateway.Sync;
using Gateway.Sync.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Tells the control plane every second what this data plane did; what cannot be sent at once is dropped.</summary>
/// <param name="options">Where the control plane is and who this node is.</param>
/// <param name="reports">What is told.</param>
/// <param name="connection">How this node stands with its control plane.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="health">The health of the upstreams; null on a node that has none.</param>
public sealed partial class TelemetryReporter(
    ControlPlaneClientOptions options, VitalsReports reports, ControlPlaneConnection connection, TimeProvider time, ILogger<TelemetryReporter> logger,
    HealthReports? health = null)
    : BackgroundService
{
    private const string Path = "/v1/telemetry";

    private readonly ControlPlaneDialer _dialer = new(options, time);
    private WebSocketFrames? _frames;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.TelemetryEndpoint is not { } endpoint)
        {
            return;
        }

        await Task.Yield();
        try
        {
            await Task.WhenAll(StayConnectedAsync(endpoint, stoppingToken), ReportAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task StayConnectedAsync(string endpoint, CancellationToken cancellation)
    {
        string? logged = null;
        for (var attempt = 0; ; attempt++)
        {
            var (dialed, error) = await _dialer.ConnectAsync(endpoint, Path, NodeVitals.MaxMessage, cancellation);
            if (dialed is not null)
            {
                (attempt, logged) = (0, null);
                error = await HoldAsync(dialed, cancellation);
            }

            if (error != logged)
            {
                logged = error;
                Log.Dropping(logger, error!);
            }

            var (from, to) = options.RetryDelays[Math.Min(attempt, options.RetryDelays.Count - 1)];
            await Task.Delay(from + ((to - from) * Random.Shared.NextDouble()), time, cancellation);
        }
    }

    // Nothing is expected from the other side but the end.
    private async Task<string> HoldAsync(DialedConnection dialed, CancellationToken cancellation)
    {
        var frames = dialed.Frames;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, dialed.Pair.Superseded);
        try
        {
            Volatile.Write(ref _frames, frames);
            while (await frames.ReadAsync(ending.Token) is { Opcode: not WebSocketOpcode.Close })
            {
            }

            return "the control plane closed the connection";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "the cluster certificate was replaced";
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return e.Message;
        }
        finally
        {
            Volatile.Write(ref _frames, null);
            await frames.DisposeAsync();
        }
    }

    private Task ReportAsync(CancellationToken cancellation)
    {
        var sending = Task.CompletedTask;
        return reports.RunAsync(async report =>
        {
            if (sending.IsCompleted && Volatile.Read(ref _frames) is { } frames)
            {
                var upstreams = health is null ? null : await health.NextAsync(frames);
                sending = SendAsync(frames, report with { Upstreams = upstreams, ConfigError = ConfigError, Rejection = Rejection }, cancellation);
            }
        }, cancellation);
    }

    private ConfigRejection? Rejection => connection.Status.Rejection is { } rejection ? new(rejection.Message, rejection.Entity, rejection.Field) : null;

    private string? ConfigError => connection.Status.Rejection is { } rejection
        ? string.Join(' ', new[] { rejection.Entity, rejection.Field, rejection.Message }.OfType<string>())
        : null;

    private static async Task SendAsync(WebSocketFrames frames, NodeVitals report, CancellationToken cancellation)
    {
        try
        {
            await frames.WriteAsync(WebSocketOpcode.Text, report.ToMessage(), cancellation);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The reader notices too, and reconnects.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Counters are not sent to the control plane until it can be reached: {Reason}")]
        public static partial void Dropping(ILogger logger, string reason);
    }
}
