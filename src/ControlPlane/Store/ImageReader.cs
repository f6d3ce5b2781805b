using System.Collections.Immutable;
using System.Data;
using System.Text.Json;
using Gateway.ControlPlane.Clustering;
using Gateway.Schema;
using Gateway.Sync.Rpc;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.ControlPlane.Store;

/// <summary>Reads the configuration: once whole, and from then on what the change log names.</summary>
/// <remarks>
/// A transaction may commit after one that began later, so the log has no order of commits. It needs none: the log and the entities that it names are read in one
/// moment of the database, and what they are then is right whatever order they came in. Changes are remembered as settled up to the oldest transaction that is still
/// open; those after it count too, and are read once more when they settle. So nothing is ever skipped, and no writer waits for another.
/// </remarks>
internal sealed class ImageReader(NpgsqlDataSource source, EntityTables tables, StoreOptions options, TimeProvider time, ReadReplica? replica = null)
{
    private const string Newest = """
        SELECT xid, kind, entity_id, xid < pg_snapshot_xmin(pg_current_snapshot()) FROM (
          SELECT xid, seq, kind, entity_id FROM change_log WHERE kind = ANY($1) ORDER BY xid DESC, seq DESC LIMIT $2) newest
        ORDER BY xid, seq
        """;

    private const string After = """
        SELECT xid, kind, entity_id, xid < pg_snapshot_xmin(pg_current_snapshot()) FROM change_log
        WHERE xid > $1 AND kind = ANY($2) ORDER BY xid, seq
        """;

    // Changes that were forgotten are those before the first that is left.
    private const string IsWhole = "SELECT EXISTS (SELECT 1 FROM change_log WHERE xid <= $1)";

    private const string Plugins = "plugins";

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    // Nothing that younger images lack is forgotten: the log is looked after once a minute, and keeps what is new.
    private static readonly TimeSpan _young = TimeSpan.FromSeconds(15);

    private readonly EntityTable[] _exported = [.. tables.All.Where(t => t.Schema.Exported)];
    private readonly string[] _kinds = [.. tables.All.Where(t => t.Schema.Exported).Select(t => t.Name)];

    private long _followed;

    /// <summary>Reads everything.</summary>
    public async Task<ConfigImage> ReadAsync(CancellationToken cancellation)
    {
        await PrepareLogAsync(cancellation);
        if (replica is not null && await FromReplicaAsync(replica, cancellation) is { } copy)
        {
            return copy;
        }

        return await ReadAsync(source, cancellation);
    }

    /// <summary>Reads everything from the replica; null when it cannot serve, or is so far behind that what is missing cannot be told.</summary>
    private async Task<ConfigImage?> FromReplicaAsync(ReadReplica from, CancellationToken cancellation)
    {
        try
        {
            // The version of an image is the number of a transaction, which only a true copy shares with the main server.
            if (!from.MayAnswer || !await from.IsStreamingAsync(cancellation))
            {
                return null;
            }

            var image = await ReadAsync(from.Source, cancellation);
            from.Answered();
            return await ReachesAsync(image, cancellation) ? image : null;
        }
        catch (Exception e) when (Failure.Of(e) is { } failure)
        {
            from.Failed(failure.Message);
            return null;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.SerializationFailure)
        {
            return null;
        }
    }

    /// <summary>Whether the log still has all that came after an image.</summary>
    private async Task<bool> ReachesAsync(ConfigImage image, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(IsWhole);
        command.Parameters.Add(new() { Value = image.Version.Transaction, NpgsqlDbType = NpgsqlDbType.Xid8 });
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private async Task<ConfigImage> ReadAsync(NpgsqlDataSource server, CancellationToken cancellation)
    {
        await using var connection = await server.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var read = new List<ImageTable>();
        foreach (var table in _exported)
        {
            var rows = ImmutableSortedDictionary.CreateBuilder<Guid, ImageRow>();
            await using var command = Command(transaction, $"SELECT {table.Sql.Names()} FROM \"{table.Name}\"");
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var row = table.Sql.Read(reader);
                rows.Add((Guid)row["id"]!, Image(table, row));
            }

            read.Add(new ImageTable(table.Name, rows.ToImmutable()));
        }

        var workspace = Workspace(read[0]);
        var (settled, pending) = await LogAsync(transaction, Newest, [new() { Value = _kinds }, new() { Value = options.ChangeLogSize }], cancellation);
        return new ConfigImage
        {
            Version = new SyncVersion(settled is [.., var last] ? last.Transaction : 0, pending.Length, ClusterOf(workspace)),
            Tables = [.. read],
            PluginUse = read.First(t => t.Kind is Plugins).Rows.Values.Aggregate(ImmutableDictionary<string, int>.Empty, static (use, row) => Count(use, row, 1)),
            DefaultWorkspace = workspace,
            Log = [.. settled],
            Pending = pending,
            At = time.GetUtcNow(),
        };
    }

    /// <summary>Reads what changed; the same image when nothing did.</summary>
    /// <param name="image">What was read before.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ConfigImage> AdvanceAsync(ConfigImage image, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(_followed) > _young && !await ReachesAsync(image, cancellation))
        {
            return await ReadAsync(cancellation);
        }

        var next = await FollowAsync(image, cancellation);
        _followed = time.GetTimestamp();
        return next;
    }

    private async Task<ConfigImage> FollowAsync(ConfigImage image, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        NpgsqlParameter[] after = [new() { Value = image.Version.Transaction, NpgsqlDbType = NpgsqlDbType.Xid8 }, new() { Value = _kinds }];
        var (settled, pending) = await LogAsync(transaction, After, after, cancellation);
        if (settled.Count is 0 && pending.Length == image.Pending.Length)
        {
            return image;
        }

        var changed = settled.Concat(pending).ToLookup(c => c.Kind, c => c.Id);
        var next = image.Tables.ToBuilder();
        var use = image.PluginUse;
        for (var i = 0; i < next.Count; i++)
        {
            if (changed.Contains(next[i].Kind))
            {
                var (former, ids) = (next[i], changed[next[i].Kind].Distinct().ToArray());
                next[i] = await RenewAsync(transaction, _exported[i], former, ids, cancellation);
                if (former.Kind is Plugins)
                {
                    use = ids.Aggregate(use, (u, id) => Count(Count(u, former.Rows.GetValueOrDefault(id), -1), next[i].Rows.GetValueOrDefault(id), 1));
                }
            }
        }

        var log = image.Log.AddRange(settled);
        return image with
        {
            Version = image.Version with { Transaction = settled is [.., var last] ? last.Transaction : image.Version.Transaction, Pending = pending.Length },
            Tables = next.ToImmutable(),
            PluginUse = use,
            Log = log.Count > options.ChangeLogSize ? log.RemoveRange(0, log.Count - options.ChangeLogSize) : log,
            Pending = pending,
            At = time.GetUtcNow(),
        };
    }

    private static async Task<ImageTable> RenewAsync(NpgsqlTransaction transaction, EntityTable table, ImageTable former, Guid[] ids, CancellationToken cancellation)
    {
        var rows = former.Rows.ToBuilder();
        var gone = ids.ToHashSet();
        await using var command = Command(transaction, $"SELECT {table.Sql.Names()} FROM \"{table.Name}\" WHERE id = ANY($1)", new NpgsqlParameter { Value = ids });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var row = table.Sql.Read(reader);
            var id = (Guid)row["id"]!;
            rows[id] = Image(table, row);
            gone.Remove(id);
        }

        rows.RemoveRange(gone);
        return former with { Rows = rows.ToImmutable() };
    }

    private static ImmutableDictionary<string, int> Count(ImmutableDictionary<string, int> use, ImageRow? row, int more)
    {
        if (row is null)
        {
            return use;
        }

        using var document = JsonDocument.Parse(row.Json);
        var name = document.RootElement.GetProperty("name").GetString()!;
        return use.GetValueOrDefault(name) + more is > 0 and var count ? use.SetItem(name, count) : use.Remove(name);
    }

    private static ImageRow Image(EntityTable table, Dictionary<string, object?> row) => new(
        JsonSerializer.SerializeToUtf8Bytes(RowPresenter.Present(table.Schema, table.ToEntity(row, null)), Wire.Options),
        row.GetValueOrDefault(EntityTable.Workspace) as Guid?);

    private static async Task<(List<LoggedChange> Settled, ImmutableArray<LoggedChange> Pending)> LogAsync(
        NpgsqlTransaction transaction, string sql, NpgsqlParameter[] parameters, CancellationToken cancellation)
    {
        await using var command = Command(transaction, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (settled, pending) = (new List<LoggedChange>(), ImmutableArray.CreateBuilder<LoggedChange>());
        while (await reader.ReadAsync(cancellation))
        {
            var change = new LoggedChange(reader.GetFieldValue<ulong>(0), string.Intern(reader.GetString(1)), reader.GetGuid(2));
            if (reader.GetBoolean(3))
            {
                settled.Add(change);
            }
            else
            {
                pending.Add(change);
            }
        }

        return (settled, pending.ToImmutable());
    }

    private static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction) { CommandTimeout = (int)_limit.TotalSeconds };
        command.Parameters.AddRange(parameters);
        return command;
    }

    /// <summary>Sees to it that the log has a beginning, to which planes that have all until then can refer.</summary>
    /// <remarks>
    /// A log that came from another server with a copy of its database is emptied: its transactions are none of this server's. And an empty log could not tell
    /// what is new since a version of before the first change, so that this change would cost every plane a whole configuration.
    /// </remarks>
    private async Task PrepareLogAsync(CancellationToken cancellation)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("DELETE FROM change_log WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            INSERT INTO change_log (kind, entity_id, op) SELECT 'workspaces', w.id, 'upsert' FROM workspaces w
            WHERE w.name = 'default' AND NOT EXISTS (SELECT 1 FROM change_log)
            """));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static Guid Workspace(ImageTable workspaces)
    {
        foreach (var (id, row) in workspaces.Rows)
        {
            using var document = JsonDocument.Parse(row.Json);
            if (document.RootElement.TryGetProperty("name", out var name) && name.ValueEquals("default"))
            {
                return id;
            }
        }

        return default;
    }

    private static uint ClusterOf(Guid workspace)
    {
        Span<byte> bytes = stackalloc byte[16];
        workspace.TryWriteBytes(bytes, bigEndian: true, out _);
        return BitConverter.ToUInt32(System.Security.Cryptography.SHA256.HashData(bytes));
    }
}
