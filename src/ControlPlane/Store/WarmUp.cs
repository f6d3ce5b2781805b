using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Store;

/// <summary>Makes one write before the first client does, and takes it back: what is used for the first time is slow, and a client has a deadline.</summary>
internal sealed partial class WarmUp(StoreRunner runner, ILogger<WarmUp> logger) : IHostedService
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    public async Task StartAsync(CancellationToken cancellationToken) => await runner.RunAsync<bool>(async session =>
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
    }, cancellationToken, _limit);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Searches of lists have no index: allow the database the extension {Extension} and run 'kong migrations up'")]
        public static partial void NoSearchIndex(ILogger logger, string extension);
    }
}
