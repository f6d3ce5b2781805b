using Npgsql;

namespace Gateway.ControlPlane.Store;

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
