using Gateway.DataPlane.Sync;
using Gateway.Sync;
using Gateway.Sync.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Telemetry;

/// <summary>Tells the control plane every second what this data plane did; what cannot be sent at once is dropped.</summary>
/// <param name="options">Where the control plane is and who this node is.</param>
/// <param name="counters">What is counted.</param>
/// <param name="connection">How this node stands with its control plane.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
/// <param name="health">The health of the upstreams; null on a node that has none.</param>
public sealed partial class TelemetryReporter(
    ControlPlaneClientOptions options, TrafficCounters counters, ControlPlaneConnection connection, TimeProvider time, ILogger<TelemetryReporter> logger,
    HealthReports? health = null)
    : BackgroundService
{
    private const string Path = "/v1/telemetry";
    private const int MaxPayload = 256 * 1024;

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
            var (dialed, error) = await _dialer.ConnectAsync(endpoint, Path, MaxPayload, cancellation);
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

    private async Task ReportAsync(CancellationToken cancellation)
    {
        var before = counters.Read();
        var sending = Task.CompletedTask;
        var next = 0L;
        while (true)
        {
            // On the full second, as the control plane expects; from the former one on, so that an early timer does not report twice.
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            next = Math.Max(next, now - (now % 1000)) + 1000;
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, next - now)), time, cancellation);

            var totals = counters.Read();
            var second = totals.Since(before);
            before = totals;
            if (sending.IsCompleted && Volatile.Read(ref _frames) is { } frames)
            {
                var upstreams = health is null ? null : await health.NextAsync(frames);
                sending = SendAsync(frames, Report(next / 1000, second) with { Upstreams = upstreams }, cancellation);
            }
        }
    }

    private NodeVitals Report(long at, TrafficTotals second) => new()
    {
        At = at,
        Informational = second.ByClass[0],
        Successful = second.ByClass[1],
        Redirected = second.ByClass[2],
        ClientErrors = second.ByClass[3],
        ServerErrors = second.ByClass[4],
        Latency = NodeVitals.Pack([.. second.Latency]),
        Connections = counters.Connections,
        MemoryBytes = Environment.WorkingSet,
        ConfigError = connection.Status.Rejection is { } rejection
            ? string.Join(' ', new[] { rejection.Entity, rejection.Field, rejection.Message }.OfType<string>())
            : null,
    };

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
