using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Keeps the rows of the data planes as new as the registry, behind its back: a database that is down disturbs no connection.</summary>
internal sealed partial class DataPlaneWriter(DataPlaneRegistry registry, DataPlaneRows rows, WorkTimes times, TimeProvider time, ILogger<DataPlaneWriter> logger)
    : BackgroundService
{
    private static readonly TimeSpan _retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _purge = TimeSpan.FromHours(1);

    private DateTimeOffset _purged = DateTimeOffset.MinValue;
    private bool _down;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await registry.TakeUnwrittenAsync(stoppingToken) is { Count: > 0 } planes)
            {
                if (!await WriteAsync(planes, stoppingToken))
                {
                    // What waits is one state for each plane, so a long outage costs nothing.
                    registry.ReturnUnwritten(planes);
                    await Task.Delay(_retry, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Planes ping again within 30 s of the next start.
        }
    }

    private async Task<bool> WriteAsync(IReadOnlyList<DataPlane> planes, CancellationToken cancellation)
    {
        using var round = times.Begin<DataPlaneWriter>();
        try
        {
            foreach (var plane in planes)
            {
                await WriteAsync(plane, cancellation);
            }

            if (_down)
            {
                _down = false;
                Log.Recovered(logger);
            }

            var now = time.GetUtcNow();
            if (now - _purged > _purge)
            {
                _purged = now;
                registry.Purge();
                await rows.PurgeAsync(now, cancellation);
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

            round.Fail(e.Message);
            return false;
        }
    }

    // What a plane says of itself may be text that PostgreSQL does not store (class 22); the rows of others must not wait for it.
    private async Task WriteAsync(DataPlane plane, CancellationToken cancellation)
    {
        try
        {
            await rows.WriteAsync(plane, cancellation);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            Log.Unwritable(logger, plane.Id, e.MessageText);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The row of data plane {Id} cannot be stored: {Reason}")]
        public static partial void Unwritable(ILogger logger, Guid id, string reason);

        [LoggerMessage(LogLevel.Warning, "The rows of the data planes cannot be written and wait for the database; the planes are served as before: {Reason}")]
        public static partial void Failing(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "The rows of the data planes are written again")]
        public static partial void Recovered(ILogger logger);
    }
}
