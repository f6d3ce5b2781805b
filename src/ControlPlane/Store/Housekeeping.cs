using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Deletes rows that have expired, and what every node has long read in the change log.</summary>
internal sealed class Housekeeping(StoreRunner runner, ChangeLogReader log, NpgsqlDataSource source, TimeProvider time) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _logLife = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        while (await NextAsync(timer, stoppingToken))
        {
            try
            {
                await ExpireAsync(stoppingToken);
                await log.PruneAsync(time.GetUtcNow() - _logLife, stoppingToken);
            }
            catch (Exception e) when (Failure.Of(e) is not null || stoppingToken.IsCancellationRequested)
            {
                // The next round does it.
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
            await using var context = Database.Context(source);
            var now = time.GetUtcNow().UtcDateTime;
            var expired = await context.Rows(table).Where(r => EF.Property<DateTime?>(r, EntityTable.Expiry) <= now).OrderBy(r => EF.Property<Guid>(r, "id"))
                .Select(r => EF.Property<Guid>(r, "id")).Take(Batch).ToListAsync(cancellation);
            if (expired.Count > 0)
            {
                await runner.RunAsync<bool>(async session =>
                {
                    foreach (var id in expired)
                    {
                        await session.RemoveAsync(table, id);
                    }

                    return true;
                }, cancellation);
            }
        }
    }
}
