using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Deletes rows and counters that have expired, and what the change log need not remember.</summary>
internal sealed partial class Housekeeping(
    StoreRunner runner, ChangeLog log, NpgsqlDataSource source, WorkTimes times, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        while (await NextAsync(timer, stoppingToken))
        {
            using var round = times.Begin<Housekeeping>();
            try
            {
                await ExpireAsync(stoppingToken);
                await DatabaseCounters.ExpireAsync(source, time.GetUtcNow(), stoppingToken);
                await log.CompactAsync(stoppingToken);
            }
            catch (Exception e) when (stoppingToken.IsCancellationRequested || Failure.Of(e) is not null)
            {
                // The next round does it.
                round.Fail(e.Message);
            }
            catch (Exception e)
            {
                round.Fail(e.Message);
                Log.Failed(logger, e);
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ExpireAsync(CancellationToken cancellation)
    {
        foreach (var table in GatewayDbContext.Tables.All.Where(t => t.Schema.Ttl))
        {
            while (await ExpireAsync(table, cancellation))
            {
                // A full batch: there may be more.
            }
        }
    }

    /// <summary>Deletes one batch; true when it was full and went.</summary>
    private async Task<bool> ExpireAsync(EntityTable table, CancellationToken cancellation)
    {
        await using var context = Database.Context(source);
        var now = time.GetUtcNow().UtcDateTime;
        var expired = await context.Rows(table).Where(r => EF.Property<DateTime?>(r, EntityTable.Expiry) <= now).OrderBy(r => EF.Property<Guid>(r, "id"))
            .Select(r => EF.Property<Guid>(r, "id")).Take(Batch).ToListAsync(cancellation);
        if (expired.Count is 0)
        {
            return false;
        }

        // No client waits for this.
        var outcome = await runner.RunAsync<bool>(
            async session =>
            {
                foreach (var id in expired)
                {
                    await session.RemoveAsync(table, id);
                }

                return true;
            },
            cancellation,
            _patience);
        return outcome.Error is null && expired.Count is Batch;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Expired rows could not be deleted")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
