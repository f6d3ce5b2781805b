using Gateway.ControlPlane.Store;
using Gateway.Kong.Commands;
using Gateway.Kong.Settings;
using Npgsql;

namespace Gateway.Kong.Node;

/// <summary>The database as the commands see it.</summary>
internal static class NodeDatabase
{
    /// <summary>Migrates when asked to, and judges whether the schema is one that this version can run on: null, or what to do.</summary>
    public static async Task<string?> PrepareAsync(
        KongSettings settings, StartChoices choices, CommandContext context, CancellationToken cancellation)
    {
        if (choices.Migrate)
        {
            var password = context.Password;
            var migration = new MigrationChoices(Force: false, choices.DatabaseTimeout, choices.LockTimeout, password);
            foreach (var verb in new[] { "bootstrap", "up", "finish" })
            {
                if (await RunAsync(settings, verb, migration, context.Out, cancellation) is { Error: { } error })
                {
                    return error;
                }
            }
        }

        try
        {
            await using var source = NpgsqlDataSource.Create(settings.ConnectionString());
            await using var runner = Runner(source, choices.DatabaseTimeout, choices.LockTimeout, TextWriter.Null);
            return await runner.StateAsync(cancellation) switch
            {
                MigrationState.NeedsBootstrap => "Database needs bootstrapping or is older than Kong 1.0.\n\n"
                    + "To start a new installation from scratch, run 'kong migrations bootstrap'.",
                MigrationState.HasNew => "New migrations available; run 'kong migrations up' to proceed",
                _ when choices.Runs && (await UsedPlugins.ReadAsync(source, cancellation)).FirstOrDefault(p => settings.Plugins.Find(p) is null) is { } unknown =>
                    $"{unknown} plugin is in use but not enabled",
                _ => null,
            };
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return Unreachable(settings, e);
        }
    }

    /// <summary>Runs one verb of <c>kong migrations</c>.</summary>
    public static async Task<MigrationOutcome> RunAsync(
        KongSettings settings, string verb, MigrationChoices choices, TextWriter output, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(settings.ConnectionString());
        await using var runner = Runner(source, choices.DatabaseTimeout, choices.LockTimeout, output);
        return verb switch
        {
            "bootstrap" => await runner.BootstrapAsync(choices.AdminPassword, choices.Force, cancellation),
            "up" => await runner.UpAsync(cancellation),
            "finish" => await runner.FinishAsync(cancellation),
            "list" => await runner.ListAsync(cancellation),
            "status" => await runner.StatusAsync(cancellation),
            "reset" => await runner.ResetAsync(cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "No such verb."),
        };
    }

    private static MigrationRunner Runner(NpgsqlDataSource source, TimeSpan? commandTimeout, TimeSpan lockTimeout, TextWriter output) =>
        new(source, output) { LockTimeout = lockTimeout, CommandTimeout = commandTimeout ?? TimeSpan.FromMinutes(10) };

    // The innermost reason is the one that says "connection refused" or "password authentication failed".
    private static string Unreachable(KongSettings settings, Exception e) =>
        $"[PostgreSQL error] {settings.DatabaseName} cannot be reached: {e.GetBaseException().Message}";
}

/// <summary>What the options of <c>kong migrations</c> choose.</summary>
internal sealed record MigrationChoices(bool Force, TimeSpan? DatabaseTimeout, TimeSpan LockTimeout, string? AdminPassword);
