using System.CommandLine;
using Gateway.Kong.Node;

namespace Gateway.Kong.Commands;

/// <summary><c>kong migrations</c>.</summary>
internal static class MigrationsCommand
{
    private static readonly (string Verb, string Description)[] _verbs =
    [
        ("bootstrap", "Make the tables of a new database, and the super admin kong_admin with the password in KONG_PASSWORD."),
        ("up", "Run new migrations; nodes of the old version may go on running meanwhile."),
        ("finish", "Finish what 'up' left for the time when no old node runs any more."),
        ("list", "List migrations. Exit codes: 0 all done, 3 needs bootstrap, 4 'finish' is pending, 5 'up' has work."),
        ("reset", "Delete everything in the database. This cannot be undone."),
        ("status", "Print the state of the migrations as JSON."),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("migrations", "Manage the schema of the database.");
        foreach (var (verb, description) in _verbs)
        {
            command.Subcommands.Add(CreateVerb(context, verb, description));
        }

        return command;
    }

    private static Command CreateVerb(CommandContext context, string verb, string description)
    {
        var (conf, prefix) = (CommonOptions.Conf(), CommonOptions.Prefix());
        var (dbTimeout, lockTimeout) = (CommonOptions.DbTimeout(), CommonOptions.LockTimeout());
        var yes = new Option<bool>("--yes", "-y") { Description = "Assume \"yes\" to prompts." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print nothing but errors." };
        var force = new Option<bool>("--force", "-f")
        {
            Description = "Run although the database says that it is done; with bootstrap: reset first.",
        };
        var command = new Command(verb, description) { conf, prefix, yes, quiet, force, dbTimeout, lockTimeout };
        command.SetAction(async (result, cancellation) =>
        {
            var read = context.ReadSettings(result.GetValue(conf), result.GetValue(prefix));
            if (read.Settings is null)
            {
                return context.Fail(read.Errors);
            }

            if (!read.Settings.HasDatabase)
            {
                return context.Fail("Cannot run migrations: this node has no database (database = off)");
            }

            if (verb == "reset" && !result.GetValue(yes) && !Confirmed(context, out var code))
            {
                return code;
            }

            var choices = new MigrationChoices(
                result.GetValue(force),
                result.GetValue(dbTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                TimeSpan.FromSeconds(result.GetValue(lockTimeout)),
                context.Password);
            var output = result.GetValue(quiet) ? TextWriter.Null : context.Out;
            var outcome = await NodeDatabase.RunAsync(read.Settings, verb, choices, output, cancellation);
            return outcome.Error is null ? outcome.ExitCode : context.Fail(outcome.Error);
        });
        return command;
    }

    private static bool Confirmed(CommandContext context, out int code)
    {
        code = 0;
        if (Console.IsInputRedirected)
        {
            code = context.Fail("not a tty: invoke 'reset' non-interactively with the --yes flag");
            return false;
        }

        for (var i = 0; i < 3; i++)
        {
            context.Out.Write("> Are you sure? This operation is irreversible. [y/n] ");
            switch (Console.ReadLine()?.Trim().ToLowerInvariant())
            {
                case "y" or "yes":
                    return true;
                case "n" or "no":
                    context.Out.WriteLine("cancelled");
                    return false;
            }
        }

        context.Out.WriteLine("cancelled");
        return false;
    }
}
