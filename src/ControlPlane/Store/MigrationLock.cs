using System.Diagnostics;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Lets one node at a time change the database's schema; it is gone with the connection that holds it.</summary>
internal sealed class MigrationLock : IAsyncDisposable
{
    private const long Key = 0x4b6f6e674d696772;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);
    private readonly NpgsqlConnection _connection;

    private MigrationLock(NpgsqlConnection connection)
    {
        _connection = connection;
    }

    /// <summary>Waits for the lock; null when another node held it all the time.</summary>
    public static async Task<MigrationLock?> TakeAsync(NpgsqlDataSource source, TimeSpan limit, CancellationToken cancellation)
    {
        var connection = await source.OpenConnectionAsync(cancellation);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = Key } } };
            if (await command.ExecuteScalarAsync(cancellation) is true)
            {
                return new MigrationLock(connection);
            }

            if (clock.Elapsed > limit)
            {
                await connection.DisposeAsync();
                return null;
            }

            await Task.Delay(_pause, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await using (var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", _connection) { Parameters = { new() { Value = Key } } })
        {
            await command.ExecuteNonQueryAsync();
        }

        await _connection.DisposeAsync();
    }
}
