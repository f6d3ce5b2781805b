using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Ends a second of the vitals every second.</summary>
/// <remarks>Data planes report on the full second, so this ticks on the half: then each tick holds one report of each plane.</remarks>
internal sealed partial class VitalsClock(Vitals vitals, RequestTail tail, WorkTimes times, TimeProvider time, ILogger<VitalsClock> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var next = 0L;
            while (true)
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                // From the former tick on, so that a timer that fires a little early does not tick twice.
                next = Math.Max(next, now - ((now + 500) % 1000)) + 1000;
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(1, next - now)), time, stoppingToken);
                Tick();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    // One second that cannot be added up must not be the last.
    private void Tick()
    {
        using var round = times.Begin<VitalsClock>();
        try
        {
            vitals.Tick();
            tail.Tick();
        }
        catch (Exception e)
        {
            round.Fail(e.Message);
            Log.Failed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A second of the vitals could not be added up")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
