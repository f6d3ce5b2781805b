using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Store;

/// <summary>Makes one write before the first client does, and takes it back: what is used for the first time is slow, and a client has a deadline.</summary>
/// <remarks>The model of the queries that are seldom asked takes more than a second: it is made when the node has started, so that nobody's deadline passes over it.</remarks>
internal sealed partial class WarmUp(StoreRunner runner, ILogger<WarmUp> logger) : BackgroundService
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await runner.RunAsync<bool>(WriteAsync, cancellationToken, _limit);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => runner.RunAsync<bool>(QueryAsync, stoppingToken, _limit), stoppingToken);

    private static async Task<Outcome<bool>> QueryAsync(StoreSession session) => await session.Rows(session.Tables["plugins"]).AnyAsync(session.Cancellation);

    private async Task<Outcome<bool>> WriteAsync(StoreSession session)
    {
        var table = session.Tables["services"];
        var made = await EntityStore.InsertAsync(session, table, _ => new JsonObject { ["host"] = "localhost" });
        if (made.Value is { } service)
        {
            await EntityReader.ShowAsync(session, table, [service]);
            await EntityReader.PageAsync(session, table, new PageRequest());
        }

        if (session is DatabaseSession database && !await database.HasSearchIndexAsync(table))
        {
            Log.NoSearchIndex(logger, ListIndexes.Extension);
        }

        // An error ends the transaction without a trace.
        return StoreError.NotThere;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Searches of lists have no index: allow the database the extension {Extension} and run 'kong migrations up'")]
        public static partial void NoSearchIndex(ILogger logger, string extension);
    }
}
