using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;

namespace Gateway.ControlPlane.Store;

/// <summary>Makes one write before the first client does, and takes it back: what is used for the first time is slow, and a client has a deadline.</summary>
internal sealed class WarmUp(StoreRunner runner) : IHostedService
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

        // An error ends the transaction without a trace.
        return StoreError.NotThere;
    }, cancellationToken, _limit);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
