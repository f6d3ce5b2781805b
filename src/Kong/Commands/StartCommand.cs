using System.CommandLine;
using Gateway.Kong.Node;
using Gateway.Kong.Settings;

namespace Gateway.Kong.Commands;

/// <summary><c>kong start</c> and <c>kong restart</c>.</summary>
internal static class StartCommand
{
    /// <summary>Makes <c>start</c>.</summary>
    public static Command Create(CommandContext context) => Build(
        context,
        new Command("start", "Start this node and leave it running in the background; with nginx_daemon = off, run it in the foreground.\n"
            + "The setting 'role' says what it is: control_plane (Admin API, Manager, cluster), data_plane (proxy), or traditional (all of it).\n"
            + "Signals: SIGTERM and Ctrl-C drain within 25 seconds, SIGQUIT waits for all requests, SIGHUP reads the settings again."),
        stopFirst: false);

    /// <summary>Makes <c>restart</c>.</summary>
    public static Command Restart(CommandContext context) =>
        Build(
            context,
            new Command("restart", "Stop the node in the prefix, if one runs there, and start it again."),
            stopFirst: true);

    /// <summary>Runs a node in this process.</summary>
    public static async Task<int> RunAsync(CommandContext context, StartChoices choices, CancellationToken cancellation)
    {
        var read = context.ReadSettings(choices.File, choices.Prefix);
        if (read.Settings is not { } settings)
        {
            return context.Fail(read.Errors);
        }

        var prefix = new NodePrefix(settings.Prefix);
        if (!prefix.Exists)
        {
            context.Out.WriteLine($"prefix directory {prefix.Path} not found, trying to create it");
        }

        if (prefix.Prepare() is { } problem)
        {
            return context.Fail(problem);
        }

        if (choices.InBackground)
        {
            Detachment.LeaveSession();
        }

        using var taken = prefix.TryTake();
        if (taken is null)
        {
            return context.Fail($"Kong is already running in {prefix.Path}");
        }

        try
        {
            StoredSettings.Write(prefix.Path, read.Given, SettingsFile.Find(choices.File));
            if (settings.HasDatabase && await NodeDatabase.PrepareAsync(settings, choices, context, cancellation) is { } complaint)
            {
                return context.Fail(complaint);
            }

            using var log = new NodeLog(settings, choices.Debug, choices.InBackground);
            return await new NodeRunner(context, log).RunAsync(settings, read.Warnings, () => context.ReadStored(prefix.Path), choices.InBackground, cancellation);
        }
        catch (StartFailure failure)
        {
            return context.Fail(failure.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return context.Fail($"could not prepare Kong prefix at {prefix.Path}: {e.Message}");
        }
    }

    private static Command Build(CommandContext context, Command command, bool stopFirst)
    {
        var (conf, prefix) = (CommonOptions.Conf(), CommonOptions.Prefix());
        var (dbTimeout, lockTimeout) = (CommonOptions.DbTimeout(), CommonOptions.LockTimeout());
        var migrate = new Option<bool>("--run-migrations") { Description = "Run migrations before the start." };
        var inBackground = new Option<bool>(BackgroundStart.Option) { Hidden = true };
        foreach (var option in new Option[] { conf, prefix, migrate, dbTimeout, lockTimeout, inBackground }.Concat(CommonOptions.OfNginx()))
        {
            command.Options.Add(option);
        }

        command.SetAction(async (result, cancellation) =>
        {
            if (stopFirst && new NodePrefix(context.PrefixOf(result.GetValue(prefix))).RunningProcess() is not null)
            {
                await StopCommands.StopAsync(context, result.GetValue(prefix), cancellation);
            }

            var background = result.GetValue(inBackground);
            if (!background && context.ReadSettings(result.GetValue(conf), result.GetValue(prefix)).Settings is { RunsInBackground: true })
            {
                return await BackgroundStart.RunAsync(context, result.Tokens.Skip(1).Select(t => t.Value), cancellation);
            }

            var choices = new StartChoices(result.GetValue(conf), result.GetValue(prefix), result.GetValue(migrate), result.GetValue<bool>("--vv"))
            {
                DatabaseTimeout = result.GetValue(dbTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                LockTimeout = TimeSpan.FromSeconds(result.GetValue(lockTimeout)),
                InBackground = background,
            };
            return await RunAsync(context, choices, cancellation);
        });
        return command;
    }
}

/// <summary>What the options of <c>kong start</c> choose.</summary>
internal sealed record StartChoices(string? File, string? Prefix, bool Migrate, bool Debug)
{
    /// <summary>How long a database operation may take; null is the setting's.</summary>
    public TimeSpan? DatabaseTimeout { get; init; }

    /// <summary>How long to wait for another node that migrates.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether a node is going to run on the database, rather than a command to look at it.</summary>
    public bool Runs { get; init; } = true;

    /// <summary>Whether this process is the one in the background, whose words go to the command that started it until the node runs.</summary>
    public bool InBackground { get; init; }
}
