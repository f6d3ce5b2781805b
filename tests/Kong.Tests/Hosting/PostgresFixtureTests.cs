using Gateway.Testing;
using Npgsql;

namespace Gateway.Kong.Tests;

public sealed class PostgresFixtureTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Cluster_KilledAndStarted_KeepsItsDatabases()
    {
        var database = await postgres.CreateDatabaseAsync();
        await ExecuteAsync(database, "CREATE TABLE t (a int)");

        await postgres.KillAsync();
        await Should.ThrowAsync<NpgsqlException>(() => ExecuteAsync(database, "SELECT 1"));
        await postgres.StartAsync();

        await ExecuteAsync(database, "SELECT * FROM t");
    }

    [Fact]
    public async Task Cluster_HangingAndResumed_AnswersAgain()
    {
        var database = await postgres.CreateDatabaseAsync();
        postgres.Hang();
        await Should.ThrowAsync<Exception>(() => ExecuteAsync(database, "SELECT 1", seconds: 1));
        postgres.Resume();
        await ExecuteAsync(database, "SELECT 1");
    }

    private static async Task ExecuteAsync(TestDatabase database, string sql, int seconds = 10)
    {
        await using var connection = new NpgsqlConnection($"{database.ConnectionString};Timeout={seconds};Command Timeout={seconds};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
