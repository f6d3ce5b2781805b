using System.Reflection;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>How a verb of <c>kong migrations</c> ended.</summary>
/// <param name="ExitCode">The process's exit code.</param>
/// <param name="Error">What went wrong, in one sentence; null when nothing did.</param>
public sealed record MigrationOutcome(int ExitCode, string? Error = null)
{
    /// <summary>All went well.</summary>
    public static MigrationOutcome Done { get; } = new(0);
}

/// <summary>How far a database's schema is.</summary>
public enum MigrationState
{
    /// <summary>There is nothing in it yet.</summary>
    NeedsBootstrap,

    /// <summary>This version has migrations that it has not seen.</summary>
    HasNew,

    /// <summary>It is what this version wants.</summary>
    UpToDate,
}

/// <summary>Brings a database to this version's schema, and tells about it in Kong's words.</summary>
/// <param name="source">The database.</param>
/// <param name="output">Where messages go.</param>
public sealed class MigrationRunner(NpgsqlDataSource source, TextWriter output) : IAsyncDisposable
{
    private const string NeedsBootstrap = """
        Database needs bootstrapping or is older than Kong 1.0.

        To start a new installation from scratch, run 'kong migrations bootstrap'.
        """;

    private bool _ownsSource;

    /// <summary>How long to wait while another node migrates.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one step may take.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A runner for a database of its own connection string.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="output">Where messages go.</param>
    public static MigrationRunner Create(string connectionString, TextWriter output) => new(Database.Source(connectionString), output) { _ownsSource = true };

    /// <summary>Closes the connections of a database that <see cref="Create"/> opened.</summary>
    public ValueTask DisposeAsync() => _ownsSource ? source.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>Makes the schema of a new database, its default workspace, and the super admin when a password is given; what exists already stays.</summary>
    /// <param name="adminPassword">The password of <c>kong_admin</c>, or null.</param>
    /// <param name="force">Whether everything is deleted first.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<MigrationOutcome> BootstrapAsync(string? adminPassword, bool force, CancellationToken cancellation) => LockedAsync(async context =>
    {
        if (force && await StateAsync(cancellation) is not MigrationState.NeedsBootstrap)
        {
            await DropAsync(context, cancellation);
        }

        if (await StateAsync(cancellation) is MigrationState.NeedsBootstrap)
        {
            await output.WriteLineAsync("Bootstrapping database...");
            await MigrateAsync(context, cancellation);
            await Seed.WorkspaceAsync(context, cancellation);
            await output.WriteLineAsync("Database is up-to-date");
        }
        else
        {
            await output.WriteLineAsync("Database already bootstrapped");
        }

        if (!string.IsNullOrEmpty(adminPassword) && await Seed.AdministratorAsync(context, adminPassword, cancellation))
        {
            await output.WriteLineAsync($"Super admin '{Seed.SuperAdmin}' created");
        }

        return MigrationOutcome.Done;
    }, cancellation);

    /// <summary>Runs the migrations that the database has not seen.</summary>
    /// <param name="cancellation">Gives up.</param>
    public Task<MigrationOutcome> UpAsync(CancellationToken cancellation) => LockedAsync(async context =>
    {
        switch (await StateAsync(cancellation))
        {
            case MigrationState.NeedsBootstrap:
                return new MigrationOutcome(1, $"Cannot run migrations: {NeedsBootstrap}");
            case MigrationState.UpToDate:
                await IndexAsync(cancellation);
                await output.WriteLineAsync("Database is already up-to-date");
                return MigrationOutcome.Done;
            default:
                await MigrateAsync(context, cancellation);
                await output.WriteLineAsync("Database is up-to-date");
                return MigrationOutcome.Done;
        }
    }, cancellation);

    /// <summary>Finishes what <see cref="UpAsync"/> left for the time when no old node runs any more; so far no migration leaves anything.</summary>
    /// <param name="cancellation">Gives up.</param>
    public Task<MigrationOutcome> FinishAsync(CancellationToken cancellation) => LockedAsync(async context =>
    {
        if (await StateAsync(cancellation) is MigrationState.NeedsBootstrap)
        {
            return new MigrationOutcome(1, $"Cannot run migrations: {NeedsBootstrap}");
        }

        await output.WriteLineAsync("No pending migrations to finish");
        return MigrationOutcome.Done;
    }, cancellation);

    /// <summary>Lists the migrations: exit code 0 when all ran, 3 when the database is new, 5 when some have not run.</summary>
    /// <param name="cancellation">Gives up.</param>
    public Task<MigrationOutcome> ListAsync(CancellationToken cancellation) => ReportAsync(async context =>
    {
        var (executed, fresh) = await MigrationsAsync(cancellation);
        switch (await StateAsync(cancellation))
        {
            case MigrationState.NeedsBootstrap:
                await output.WriteLineAsync(NeedsBootstrap);
                return new MigrationOutcome(3);
            case var state:
                await output.WriteLineAsync($"Executed migrations:\ncore: {string.Join(", ", executed)}");
                if (state is MigrationState.UpToDate)
                {
                    return MigrationOutcome.Done;
                }

                await output.WriteLineAsync($"\nNew migrations available:\ncore: {string.Join(", ", fresh)}\n\nRun 'kong migrations up' to proceed");
                return new MigrationOutcome(5);
        }
    }, cancellation);

    /// <summary>Prints the state as JSON.</summary>
    /// <param name="cancellation">Gives up.</param>
    public Task<MigrationOutcome> StatusAsync(CancellationToken cancellation) => ReportAsync(async context =>
    {
        var (executed, fresh) = await MigrationsAsync(cancellation);
        var needsBootstrap = await StateAsync(cancellation) is MigrationState.NeedsBootstrap;
        var status = new JsonObject { ["needs_bootstrap"] = needsBootstrap };
        if (executed.Count > 0)
        {
            status["executed_migrations"] = Subsystem(executed);
        }

        if (fresh.Count > 0 && !needsBootstrap)
        {
            status["new_migrations"] = Subsystem(fresh);
        }

        await output.WriteLineAsync(status.ToJsonString(Wire.Options));
        return MigrationOutcome.Done;
    }, cancellation);

    /// <summary>Deletes everything in the database.</summary>
    /// <param name="cancellation">Gives up.</param>
    public Task<MigrationOutcome> ResetAsync(CancellationToken cancellation) => LockedAsync(async context =>
    {
        if ((await MigrationsAsync(cancellation)).Executed.Count is 0)
        {
            await output.WriteLineAsync("Database not bootstrapped, nothing to reset");
            return new MigrationOutcome(1);
        }

        await DropAsync(context, cancellation);
        return MigrationOutcome.Done;
    }, cancellation);

    /// <summary>How far the schema is.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<MigrationState> StateAsync(CancellationToken cancellation)
    {
        var (executed, fresh) = await MigrationsAsync(cancellation);
        return executed.Count is 0 || !await Seed.HasWorkspaceAsync(source, cancellation) ? MigrationState.NeedsBootstrap
            : fresh.Count > 0 ? MigrationState.HasNew
            : MigrationState.UpToDate;
    }

    private async Task<MigrationOutcome> LockedAsync(Func<GatewayDbContext, Task<MigrationOutcome>> work, CancellationToken cancellation) =>
        await ReportAsync(async context =>
        {
            await using var held = await MigrationLock.TakeAsync(source, LockTimeout, cancellation);
            return held is null ? new MigrationOutcome(1, "aborted: another node is performing database changes") : await work(context);
        }, cancellation);

    private async Task<MigrationOutcome> ReportAsync(Func<GatewayDbContext, Task<MigrationOutcome>> work, CancellationToken cancellation)
    {
        try
        {
            await using var context = Database.Context(source, CommandTimeout);
            await CheckVersionAsync(cancellation);
            return await work(context);
        }
        catch (Exception e) when (Failure.Of(e) is { } failure)
        {
            return new MigrationOutcome(1, $"[PostgreSQL error] {failure.Message}");
        }
    }

    private async Task CheckVersionAsync(CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        if (connection.PostgreSqlVersion.Major < 15)
        {
            throw new NpgsqlException($"PostgreSQL 15 or later is needed, this is {connection.PostgreSqlVersion}");
        }
    }

    private async Task MigrateAsync(GatewayDbContext context, CancellationToken cancellation)
    {
        var fresh = (await MigrationsAsync(cancellation)).New;
        await output.WriteLineAsync($"migrating core on database '{context.Database.GetDbConnection().Database}'...");
        await context.Database.MigrateAsync(cancellation);
        await IndexAsync(cancellation);
        foreach (var migration in fresh)
        {
            await output.WriteLineAsync($"core migrated up to: {migration} (executed)");
        }

        await output.WriteLineAsync(fresh.Count is 1 ? "1 migration processed\n1 executed" : $"{fresh.Count} migrations processed\n{fresh.Count} executed");
    }

    private async Task IndexAsync(CancellationToken cancellation)
    {
        if (await ListIndexes.EnsureAsync(source, GatewayDbContext.Tables, CommandTimeout, cancellation) is { } reason)
        {
            await output.WriteLineAsync($"searches of lists have no index, because the extension {ListIndexes.Extension} cannot be made: {reason}");
        }
    }

    private async Task DropAsync(GatewayDbContext context, CancellationToken cancellation)
    {
        await output.WriteLineAsync("Resetting database...");
        var tables = context.Model.GetEntityTypes().Select(e => e.GetTableName()).Append(Database.HistoryTable).Select(t => $"\"{t}\"");
        await using var command = source.CreateCommand($"DROP TABLE IF EXISTS {string.Join(", ", tables)} CASCADE");
        command.CommandTimeout = (int)CommandTimeout.TotalSeconds;
        await command.ExecuteNonQueryAsync(cancellation);
        await output.WriteLineAsync("Database successfully reset");
    }

    /// <summary>What ran and what did not; every start asks, so without the object mapper, whose model takes longer to build than all else.</summary>
    private async Task<(IReadOnlyList<string> Executed, IReadOnlyList<string> New)> MigrationsAsync(CancellationToken cancellation)
    {
        var executed = new List<string>();
        try
        {
            await using var command = source.CreateCommand($"SELECT \"MigrationId\" FROM {Database.HistoryTable} ORDER BY \"MigrationId\"");
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                executed.Add(reader.GetString(0));
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            // A database that is new.
        }

        var known = typeof(MigrationRunner).Assembly.GetTypes().Select(t => t.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().Order(StringComparer.Ordinal);
        return (executed, [.. known.Except(executed)]);
    }

    private static JsonArray Subsystem(IEnumerable<string> migrations) =>
    [
        new JsonObject
        {
            ["subsystem"] = "core",
            ["namespace"] = "kong.db.migrations.core",
            ["migrations"] = new JsonArray([.. migrations.Select(m => (JsonNode?)m)]),
        },
    ];
}
