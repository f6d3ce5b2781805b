using System.Collections.Concurrent;
using System.Data.Common;
using System.Net.Sockets;
using Gateway.ControlPlane.Store;
using Gateway.Schema;
using Npgsql;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>How an entity is called, for labels and lists.</summary>
/// <param name="Name">Its name; its id when it has none.</param>
/// <param name="Workspace">The name of its workspace.</param>
internal sealed record SeriesName(string Name, string Workspace);

/// <summary>Finds the names of entities that traffic was counted for, without a wait when the database does not answer.</summary>
internal sealed class SeriesNames(StoreRunner runner, TimeProvider time, NpgsqlDataSource? database = null)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan _validity = TimeSpan.FromSeconds(30);

    // A little more than what is counted at once.
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<(string Table, Guid Id), (SeriesName Name, long At)> _known = new();

    /// <summary>The names of services, routes, consumers or upstreams; one that cannot be found is called by its id.</summary>
    /// <param name="table">The table of the kind.</param>
    /// <param name="ids">The entities.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyDictionary<Guid, SeriesName>> FindAsync(string table, IReadOnlyCollection<Guid> ids, CancellationToken cancellation)
    {
        var now = time.GetTimestamp();
        Guid[] unknown = [.. ids.Where(id => !_known.TryGetValue((table, id), out var known) || time.GetElapsedTime(known.At, now) > _validity)];
        if (unknown.Length > 0)
        {
            await ReadAsync(table, unknown, now, cancellation);
        }

        return ids.Distinct().ToDictionary(id => id, id => _known.TryGetValue((table, id), out var known) ? known.Name : new SeriesName(id.ToString(), ""));
    }

    private async Task ReadMemoryAsync(string table, Guid[] ids, long now, CancellationToken cancellation) => await runner.RunAsync<bool>(
        async session =>
        {
            foreach (var id in ids)
            {
                if (await session.FindAsync(session.Tables[table], EntityKey.Of(id)) is { } found)
                {
                    var name = Json.String(found.Entity[table is "consumers" ? "username" : "name"]) ?? Json.String(found.Entity["custom_id"]) ?? id.ToString();
                    _known[(table, id)] = (new SeriesName(name, Seed.DefaultWorkspace), now);
                }
            }

            return true;
        },
        cancellation);

    private async Task ReadAsync(string table, Guid[] ids, long now, CancellationToken cancellation)
    {
        if (_known.Count > Most)
        {
            _known.Clear();
        }

        if (database is null)
        {
            await ReadMemoryAsync(table, ids, now, cancellation);
            return;
        }

        var column = table is "consumers" ? "coalesce(e.username, e.custom_id)" : "e.name";
        using var limit = new CancellationTokenSource(_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await using var command = database.CreateCommand(
                $"SELECT e.id, {column}, w.name FROM {table} e LEFT JOIN workspaces w ON w.id = e.ws_id WHERE e.id = ANY($1)");
            command.Parameters.Add(new() { Value = ids });
            await using var reader = await command.ExecuteReaderAsync(both.Token).WaitAsync(both.Token);
            while (await reader.ReadAsync(both.Token))
            {
                var id = reader.GetGuid(0);
                _known[(table, id)] = (new SeriesName(reader.IsDBNull(1) ? id.ToString() : reader.GetString(1), reader.IsDBNull(2) ? "" : reader.GetString(2)), now);
            }
        }
        catch (Exception e) when (e is DbException or SocketException or IOException or TimeoutException or InvalidOperationException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Names that were known before, or ids, do until it answers again.
        }
    }
}
