using System.CommandLine;
using Gateway.ControlPlane.Declarative;
using Gateway.Entities.Declarative;
using Gateway.Kong.Node;
using Gateway.Kong.Settings;
using Npgsql;

namespace Gateway.Kong.Commands;

/// <summary>The verbs of <c>kong config</c> that deal with declarative files and this node's database.</summary>
internal static class ConfigFileCommands
{
    private const string DefaultFile = "kong.yml";

    /// <summary><c>kong config init</c>.</summary>
    public static Command Init(CommandContext context) => Create(context, "init", "Write an example of a declarative file, ./kong.yml unless told otherwise.", (_, file, _) =>
    {
        var path = Path.GetFullPath(file ?? DefaultFile);
        if (File.Exists(path))
        {
            return Task.FromResult(context.Fail($"{path} already exists.\nWill not overwrite it."));
        }

        using var example = typeof(ConfigFileCommands).Assembly.GetManifestResourceStream("Gateway.Kong.kong.yml")!;
        using var output = File.Create(path);
        example.CopyTo(output);
        return Task.FromResult(0);
    });

    /// <summary><c>kong config parse</c>.</summary>
    public static Command Parse(CommandContext context) => Create(context, "parse", "Say everything that is wrong with a declarative file.", (settings, file, _) =>
    {
        if (Read(context, settings, file, out var code) is not null)
        {
            context.Out.WriteLine("parse successful");
        }

        return Task.FromResult(code);
    });

    /// <summary><c>kong config db_import</c>.</summary>
    public static Command Import(CommandContext context) => Create(context, "db_import", "Write the entities of a declarative file into the database; nothing is deleted.", async (settings, file, cancellation) =>
    {
        if (!settings.HasDatabase)
        {
            return context.Fail("'kong config db_import' only works with a database.\nWhen using database=off, reload your declarative configuration\nusing the /config endpoint.");
        }

        if (Read(context, settings, file, out var code) is not { } config)
        {
            return code;
        }

        return await WithDatabaseAsync(context, settings, async database =>
        {
            context.Out.WriteLine("parse successful, beginning import");
            if (await database.ImportAsync(config, cancellation) is { } refused)
            {
                return context.Fail($"Failed importing:\n{refused}");
            }

            context.Out.WriteLine("import successful");
            return 0;
        }, cancellation);
    });

    /// <summary><c>kong config db_export</c>.</summary>
    public static Command Export(CommandContext context) => Create(context, "db_export", "Write the database's entities into a declarative file, ./kong.yml unless told otherwise.", async (settings, file, cancellation) =>
    {
        if (!settings.HasDatabase)
        {
            return context.Fail("'kong config db_export' only works with a database.");
        }

        var path = Path.GetFullPath(file ?? DefaultFile);
        if (File.Exists(path))
        {
            return context.Fail($"{path} already exists. Will not overwrite it.");
        }

        return await WithDatabaseAsync(context, settings, async database =>
        {
            // Nobody may take a half for the whole.
            var unfinished = path + ".unfinished";
            // It holds keys and hashes of passwords.
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            await using (var output = new StreamWriter(unfinished, options) { NewLine = "\n" })
            {
                await database.ExportAsync(output, cancellation);
            }

            File.Move(unfinished, path);
            return 0;
        }, cancellation);
    });

    private static Command Create(CommandContext context, string name, string description, Func<KongSettings, string?, CancellationToken, Task<int>> run)
    {
        var file = new Argument<string?>("file") { Arity = ArgumentArity.ZeroOrOne, Description = "The declarative file." };
        var (conf, prefix) = (CommonOptions.Conf(), CommonOptions.Prefix());
        var command = new Command(name, description) { file, conf, prefix };
        command.SetAction(async (result, cancellation) =>
        {
            var read = context.ReadBeside(result.GetValue(conf), result.GetValue(prefix));
            if (read.Settings is null)
            {
                return context.Fail(read.Errors);
            }

            try
            {
                return await run(read.Settings, result.GetValue(file), cancellation);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return context.Fail(e.Message);
            }
        });
        return command;
    }

    private static DeclarativeConfig? Read(CommandContext context, KongSettings settings, string? file, out int code)
    {
        code = 1;
        if (file is null)
        {
            context.Fail("expected a declarative configuration file; see `kong config --help`");
            return null;
        }

        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            context.Fail($"Failed parsing:\n{path}: No such file or directory");
            return null;
        }

        var result = new DeclarativeReader(settings.Entities, context.Time).Read(File.ReadAllText(path), NameOf(path));
        code = result.Errors is { } errors ? context.Fail($"Failed parsing:\n{errors.Lines}") : 0;
        return result.Config;
    }

    /// <summary>The name that tells the format; one without an ending tells none.</summary>
    private static string? NameOf(string path) => Path.GetExtension(path).Length is 0 ? null : path;

    private static async Task<int> WithDatabaseAsync(CommandContext context, KongSettings settings, Func<ConfigDatabase, Task<int>> run, CancellationToken cancellation)
    {
        if (await NodeDatabase.PrepareAsync(settings, new StartChoices(null, null, Migrate: false, Debug: false) { Runs = false }, context, cancellation) is { } complaint)
        {
            return context.Fail(complaint);
        }

        try
        {
            // The details name the value that is there already, and it is the user's own file that names it.
            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString()) { IncludeErrorDetail = true });
            return await run(new ConfigDatabase(source, settings.Entities, context.Time));
        }
        catch (NpgsqlException e)
        {
            return context.Fail($"[PostgreSQL error] {settings.DatabaseName}: {e.GetBaseException().Message}");
        }
    }
}
