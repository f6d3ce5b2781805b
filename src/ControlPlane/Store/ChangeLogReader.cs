using System.Text.Json.Nodes;
using Gateway.Entities;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.ControlPlane.Store;

/// <summary>What the log holds after a version.</summary>
/// <param name="Settled">The changes whose order is final, in that order.</param>
/// <param name="Version">The version of the last of them, or the one that was asked about.</param>
/// <param name="SettledNumbers">Their numbers.</param>
/// <param name="Unsettled">The numbers of changes that can be seen but whose place is not final, because an older transaction is still open.</param>
internal sealed record ChangeBatch(IReadOnlyList<Change> Settled, ConfigVersion Version, IReadOnlyList<long> SettledNumbers, IReadOnlyList<long> Unsettled);

/// <summary>Reads the change log in the one order that all nodes agree on.</summary>
/// <remarks>
/// A transaction may commit after one that began later. Its changes are therefore ordered by transaction first, and taken only
/// when no older transaction can still commit: nothing is ever skipped, and no writer waits for another.
/// </remarks>
internal sealed class ChangeLogReader(NpgsqlDataSource source)
{
    /// <summary>How many changes are read at once.</summary>
    public const int Limit = 1000;

    private const string After = """
        SELECT seq, xid, kind, entity_id, ws_id, op, body::text, xid < pg_snapshot_xmin(pg_current_snapshot()) AS settled
        FROM change_log WHERE (xid, seq) > ($1, $2) ORDER BY xid, seq LIMIT $3
        """;

    public async Task<ChangeBatch> ReadAsync(ConfigVersion version, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(After);
        command.Parameters.Add(new() { Value = version.Transaction, NpgsqlDbType = NpgsqlDbType.Xid8 });
        command.Parameters.Add(new() { Value = version.Sequence });
        command.Parameters.Add(new() { Value = Limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var settled = new List<Change>();
        var settledNumbers = new List<long>();
        var unsettled = new List<long>();
        while (await reader.ReadAsync(cancellation))
        {
            if (!reader.GetBoolean(7))
            {
                unsettled.Add(reader.GetInt64(0));
                continue;
            }

            settledNumbers.Add(reader.GetInt64(0));
            version = new ConfigVersion(reader.GetFieldValue<ulong>(1), reader.GetInt64(0));
            settled.Add(new Change(
                reader.GetString(2),
                reader.GetGuid(3),
                reader.IsDBNull(4) ? null : reader.GetGuid(4),
                reader.GetString(5) is "delete" ? ChangeOperation.Delete : ChangeOperation.Upsert,
                reader.IsDBNull(6) ? null : JsonNode.Parse(reader.GetString(6)) as JsonObject));
        }

        return new ChangeBatch(settled, version, settledNumbers, unsettled);
    }

    /// <summary>The newest settled version, from which a node that exports everything goes on.</summary>
    public async Task<ConfigVersion> NewestAsync(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            "SELECT xid, seq FROM change_log WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid DESC, seq DESC LIMIT 1");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new ConfigVersion(reader.GetFieldValue<ulong>(0), reader.GetInt64(1)) : default;
    }

    /// <summary>Forgets what every node has long read.</summary>
    public async Task PruneAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("DELETE FROM change_log WHERE at < $1");
        command.CommandTimeout = 60;
        command.Parameters.Add(new() { Value = before.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
