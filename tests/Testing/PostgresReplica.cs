using Npgsql;

namespace Gateway.Testing;

/// <summary>A copy of a PostgreSQL cluster that follows it (streaming replication) and can only be read from.</summary>
public sealed class PostgresReplica(PostgresFixture main) : PostgresFixture
{
    /// <inheritdoc/>
    protected override string Making =>
        $"\"$2/pg_basebackup\" -D \"$1/data\" -h 127.0.0.1 -p {main.Port} -U {User} --write-recovery-conf --wal-method=stream --checkpoint=fast --no-sync";

    /// <summary>Has it fall behind: it takes over nothing more.</summary>
    public Task PauseAsync() => RunAsync("SELECT pg_wal_replay_pause()", "SELECT pg_get_wal_replay_pause_state() = 'paused'");

    /// <summary>Has it catch up with what was written until now.</summary>
    public Task ContinueAsync() => RunAsync("SELECT pg_wal_replay_resume()", "SELECT pg_get_wal_replay_pause_state() = 'not paused'");

    /// <summary>Waits until it has what the main cluster has now.</summary>
    public async Task CatchUpAsync()
    {
        await using var source = NpgsqlDataSource.Create(main.ConnectionString("postgres") + ";Pooling=false");
        await using var position = source.CreateCommand("SELECT pg_current_wal_insert_lsn()::text");
        var written = (string)(await position.ExecuteScalarAsync())!;
        await RunAsync("SELECT 1", $"SELECT pg_last_wal_replay_lsn() >= '{written}'");
    }

    private async Task RunAsync(string order, string done)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(order);
        await command.ExecuteNonQueryAsync();
        await Wait.UntilAsync(
            async () =>
            {
                await using var question = source.CreateCommand(done);
                return await question.ExecuteScalarAsync() is true;
            },
            done);
    }
}
