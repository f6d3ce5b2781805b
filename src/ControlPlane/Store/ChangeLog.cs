using Npgsql;
using NpgsqlTypes;

namespace Gateway.ControlPlane.Store;

/// <summary>What happens to an entity, as the change log knows it.</summary>
internal enum ChangeOperation
{
    Upsert,
    Delete,
}

/// <summary>Keeps the change log from growing: it reaches back as far as the options say and no further.</summary>
internal sealed class ChangeLog(NpgsqlDataSource source, StoreOptions options, TimeProvider time)
{
    // Whole transactions from the oldest on, and never the last: so what is left tells how far back it reaches.
    private const string Prune = """
        WITH settled AS (SELECT xid, seq, at FROM change_log WHERE xid < pg_snapshot_xmin(pg_current_snapshot())),
        ends AS (
          SELECT max(xid) AS xid FROM settled WHERE at < $1
          UNION ALL
          (SELECT xid FROM settled ORDER BY xid DESC, seq DESC OFFSET $2 LIMIT 1))
        DELETE FROM change_log WHERE xid < (SELECT max(xid) FROM ends)
        """;

    /// <summary>Enters rows of a kind that are made, replaced or deleted in the same transaction, in their order.</summary>
    /// <param name="table">The kind.</param>
    /// <param name="ids">The rows.</param>
    /// <param name="workspace">Their workspace.</param>
    /// <param name="operation">What happens to them.</param>
    public static NpgsqlBatchCommand Entry(EntityTable table, IReadOnlyCollection<Guid> ids, Guid workspace, ChangeOperation operation) =>
        new(ids.Count is 1
            ? "INSERT INTO change_log (kind, ws_id, op, entity_id) VALUES ($1, $2, $3, $4)"
            : "INSERT INTO change_log (kind, ws_id, op, entity_id) SELECT $1, $2, $3, e.id FROM unnest($4) WITH ORDINALITY AS e (id, place) ORDER BY e.place")
        {
            Parameters =
            {
                new() { NpgsqlDbType = NpgsqlDbType.Text, Value = table.Name },
                new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = table.Schema.Workspaceable ? workspace : DBNull.Value },
                new() { NpgsqlDbType = NpgsqlDbType.Text, Value = operation is ChangeOperation.Delete ? "delete" : "upsert" },
                ids.Count is 1
                    ? new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = ids.First() }
                    : new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid, Value = ids.ToArray() },
            },
        };

    /// <summary>Forgets what is too old or too much.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many changes were forgotten.</returns>
    public async Task<int> CompactAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(Prune);
        command.CommandTimeout = 60;
        command.Parameters.Add(new() { Value = (time.GetUtcNow() - options.ChangeLogAge).UtcDateTime });
        command.Parameters.Add(new() { Value = options.ChangeLogSize });
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
