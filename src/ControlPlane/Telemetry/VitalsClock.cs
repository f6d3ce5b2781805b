using Microsoft.Extensions.Hosting;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Ends a second of the vitals every second.</summary>
/// <remarks>Data planes report on the full second, so this ticks on the half: then each tick holds one report of each plane.</remarks>
internal sealed class VitalsClock(Vitals vitals, TimeProvider time) : BackgroundService
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
                vitals.Tick();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
