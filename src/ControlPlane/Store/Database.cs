using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Gateway.ControlPlane.Store;

/// <summary>How the control plane reaches PostgreSQL: quick to notice that it does not.</summary>
internal static class Database
{
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
            // Nothing here leaves a setting behind on a connection, so there is nothing to reset.
            NoResetOnClose = true,
        };
        builder.ApplicationName ??= "kong";
        return NpgsqlDataSource.Create(builder);
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
