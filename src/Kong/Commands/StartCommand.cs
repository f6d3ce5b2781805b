using System.CommandLine;
using Gateway.Hosting.Logging;
using Gateway.Kong.Node;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Commands;

/// <summary><c>kong start</c> and <c>kong restart</c>.</summary>
internal static class StartCommand
{
    /// <summary>Makes <c>start</c>.</summary>
    public static Command Create(CommandContext context) => Build(
        context,
        new Command("start", "Run this node in the foreground until it is told to end.\n"
            + "The setting 'role' says what it is: control_plane (Admin API, Manager, cluster), data_plane (proxy), or traditional (all of it).\n"
            + "Signals: SIGTERM and Ctrl-C drain within 25 seconds, SIGQUIT waits for all requests, SIGHUP reads the settings again."),
        stopFirst: false);

    /// <summary>Makes <c>restart</c>.</summary>
    public static Command Restart(CommandContext context) =>
        Build(
            context,
            new Command("restart", "Stop the node in the prefix, if one runs there, and start it again in the foreground."),
            stopFirst: true);

    /// <summary>Runs a node in the foreground.</summary>
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

        using var taken = prefix.TryTake();
        if (taken is null)
        {
            return context.Fail($"Kong is already running in {prefix.Path}");
        }

        try
        {
            if (settings.HasDatabase && await NodeDatabase.PrepareAsync(settings, choices, context, cancellation) is { } complaint)
            {
                return context.Fail(complaint);
            }
        }
        catch (StartFailure failure)
        {
            return context.Fail(failure.Message);
        }

        var threshold = new LogThreshold(choices.Debug ? LogLevel.Debug : LogThreshold.Parse(settings.LogLevel));
        var runner = new NodeRunner(context, threshold);
        return await runner.RunAsync(settings, read.Warnings, () => context.ReadSettings(choices.File, choices.Prefix), cancellation);
    }

    private static Command Build(CommandContext context, Command command, bool stopFirst)
    {
        var (conf, prefix) = (CommonOptions.Conf(), CommonOptions.Prefix());
        var (dbTimeout, lockTimeout) = (CommonOptions.DbTimeout(), CommonOptions.LockTimeout());
        var migrate = new Option<bool>("--run-migrations") { Description = "Run migrations before the start." };
        foreach (var option in new Option[] { conf, prefix, migrate, dbTimeout, lockTimeout }.Concat(CommonOptions.OfNginx()))
        {
            command.Options.Add(option);
        }

        command.SetAction(async (result, cancellation) =>
        {
            if (stopFirst && new NodePrefix(context.PrefixOf(result.GetValue(prefix))).RunningProcess() is not null)
            {
                await StopCommands.StopAsync(context, result.GetValue(prefix), cancellation);
            }

            var choices = new StartChoices(result.GetValue(conf), result.GetValue(prefix), result.GetValue(migrate), result.GetValue<bool>("--vv"))
            {
                DatabaseTimeout = result.GetValue(dbTimeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                LockTimeout = TimeSpan.FromSeconds(result.GetValue(lockTimeout)),
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
}
