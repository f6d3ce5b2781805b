using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Gateway.ControlPlane.Store;

/// <summary>How the control plane reaches PostgreSQL: quick to notice that it does not.</summary>
internal static class Database
{
    // A prepared statement keeps its plan while its table grows. One made for an empty table would read all of it, until the database analyses the table a minute later.
    // Not among the parameters of the connection: poolers refuse those that they do not know.
    private const string Preference = "SET enable_seqscan = off";

    /// <summary>The data source for a connection string; a server that does not answer is given up soon.</summary>
    public static NpgsqlDataSource Source(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Timeout = 2,
            CommandTimeout = 5,
            // A server that hangs does not answer a request to cancel either, so it is not waited for.
            CancellationTimeout = -1,
            KeepAlive = 10,
            // What a connection is set to holds for all who use it, so there is nothing to reset.
            NoResetOnClose = true,
        };
        builder.ApplicationName ??= "kong";
        var source = new NpgsqlDataSourceBuilder(builder.ConnectionString);
        source.UsePhysicalConnectionInitializer(Prefer, PreferAsync);
        return source.Build();
    }

    /// <summary>A context on a data source.</summary>
    public static GatewayDbContext Context(NpgsqlDataSource source, TimeSpan? commandTimeout = null) => Context(source.CreateConnection(), isOwned: true, commandTimeout);

    /// <summary>A context on a connection that somebody else closes.</summary>
    public static GatewayDbContext Context(NpgsqlConnection connection, TimeSpan? commandTimeout) => Context(connection, isOwned: false, commandTimeout);

    /// <summary>The workspace of a name, or null.</summary>
    public static async Task<Guid?> WorkspaceAsync(NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT id FROM workspaces WHERE name = $1", connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteScalarAsync(cancellation) as Guid?;
    }

    private static void Prefer(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Preference, connection);
        command.ExecuteNonQuery();
    }

    private static async Task PreferAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Preference, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static GatewayDbContext Context(NpgsqlConnection connection, bool isOwned, TimeSpan? commandTimeout)
    {
        var options = new DbContextOptionsBuilder<GatewayDbContext>().UseNpgsql(connection, isOwned, npgsql =>
        {
            Configure(npgsql);
            if (commandTimeout is { } timeout)
            {
                npgsql.CommandTimeout((int)timeout.TotalSeconds);
            }
        });
        return new GatewayDbContext(options.Options);
    }

    /// <summary>The table that remembers which migrations ran.</summary>
    public const string HistoryTable = "schema_migrations";

    public static void Configure(NpgsqlDbContextOptionsBuilder npgsql) => npgsql.MigrationsHistoryTable(HistoryTable);
}
