using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Stores the minutes that ended, adds hours up, and forgets what is too old; a database that is down disturbs nobody.</summary>
internal sealed partial class VitalsWriter(Vitals vitals, VitalsRows rows, WorkTimes times, TimeProvider time, ILogger<VitalsWriter> logger) : BackgroundService
{
    /// <summary>How long minutes are kept, in seconds.</summary>
    public const int MinuteLife = 24 * Step.Hour;

    /// <summary>How long hours are kept, in seconds.</summary>
    public const int HourLife = 30 * MinuteLife;

    // What bounds the table, whatever the size of the cluster: of services, routes and consumers the busiest of each minute.
    private const int MostNodes = 1_000;
    private const int MostOthers = 250;

    // Other nodes may write their last minute a little later, and a few minutes later after an outage.
    private const int Settling = 120;
    private const int Late = 15 * 60;

    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _lastWrite = TimeSpan.FromSeconds(2);

    // Of this process, not of this node: after a restart the rest of a minute must not replace its beginning.
    private readonly Guid _origin = Guid.NewGuid();
    private bool _down;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (vitals.Close() is { } minute)
        {
            await TryAsync(() => WriteAsync(minute, CancellationToken.None).WaitAsync(_lastWrite, time, CancellationToken.None));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var minute in vitals.Closed.ReadAllAsync(stoppingToken))
            {
                using var round = times.Begin<VitalsWriter>();
                while (!await TryAsync(() => WriteAsync(minute, stoppingToken)))
                {
                    await Task.Delay(_retry, time, stoppingToken);
                }

                await TryAsync(() => TidyAsync(stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private Task WriteAsync(ClosedMinute minute, CancellationToken cancellation)
    {
        var kept = minute.Tallies.GroupBy(t => t.Key.Kind).SelectMany(k => k
            .OrderByDescending(t => t.Value.Requests).Take(k.Key is SeriesKind.Node ? MostNodes : MostOthers)).ToArray();
        return rows.WriteAsync(Step.Minute, minute.At, _origin, kept, cancellation);
    }

    // Every node does it; two that do it at once write the same.
    private async Task TidyAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var last = (now - Settling) / Step.Hour * Step.Hour;
        var newest = await rows.NewestHourAsync(cancellation);
        var first = Math.Max(newest + Step.Hour, last - MinuteLife + Step.Hour);
        if (newest == last && now - last < Late)
        {
            first = last;
        }

        for (var hour = first; hour <= last; hour += Step.Hour)
        {
            await rows.AddUpAsync(hour, cancellation);
        }

        await rows.PruneAsync(Step.Minute, now - MinuteLife, cancellation);
        await rows.PruneAsync(Step.Hour, now - HourLife, cancellation);
    }

    private async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            if (_down)
            {
                _down = false;
                Log.Recovered(logger);
            }

            return true;
        }
        catch (Exception e) when (e is DbException or SocketException or IOException or TimeoutException or InvalidOperationException)
        {
            if (!_down)
            {
                _down = true;
                Log.Failing(logger, e.Message);
            }

            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The history of the traffic cannot be stored and waits for the database: {Reason}")]
        public static partial void Failing(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "The history of the traffic is stored again")]
        public static partial void Recovered(ILogger logger);
    }
}
