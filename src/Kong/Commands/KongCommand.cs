using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gateway.Kong.Commands;

/// <summary>The command <c>kong</c>: the tree of its verbs, and what happens to words that it does not know.</summary>
internal static class KongCommand
{
    /// <summary>Runs a command line to its end and returns the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        var root = Build(context);
        var words = arguments.Where(a => !a.StartsWith('-')).ToList();
        if (arguments.All(a => a is "--v" or "-v" or "--vv" or "-vv"))
        {
            context.Error.WriteLine(Usage.OfRoot(root));
            return 1;
        }

        if (UnknownWord(root, arguments, words) is { } complaint)
        {
            context.Error.WriteLine(complaint);
            return 1;
        }

        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return context.Fail([.. parsed.Errors.Select(e => e.Message)]);
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = context.Out,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
                // The node handles its own signals: SIGTERM drains it.
                ProcessTerminationTimeout = null,
            });
    }

    private static RootCommand Build(CommandContext context)
    {
        var root = new RootCommand("An API gateway that speaks Kong's language: one command for control planes, data planes and single nodes.\n\n"
            + "Settings come from options, KONG_* environment variables, and /etc/kong/kong.conf, in this order.\n\n"
            + "A first control plane:\n"
            + "  kong hybrid gen_cert\n"
            + "  KONG_PASSWORD=... kong migrations bootstrap\n"
            + "  KONG_ROLE=control_plane KONG_CLUSTER_CERT=cluster.crt KONG_CLUSTER_CERT_KEY=cluster.key kong start\n\n"
            + "and its first data plane:\n"
            + "  KONG_ROLE=data_plane KONG_DATABASE=off KONG_CLUSTER_CERT=cluster.crt KONG_CLUSTER_CERT_KEY=cluster.key kong start")
        {
            CheckCommand.Create(context),
            ConfigCommand.Create(context),
            DockerStartCommand.Create(context),
            DrainCommand.Create(context),
            HealthCommand.Create(context),
            HybridCommand.Create(context),
            MigrationsCommand.Create(context),
            PrepareCommand.Create(context),
            StopCommands.Quit(context),
            StopCommands.Reload(context),
            StartCommand.Restart(context),
            RoarCommand.Create(context),
            StartCommand.Create(context),
            StopCommands.Stop(context),
            VaultCommand.Create(context),
            VersionCommand.Create(context),
        };
        root.Options.Add(new Option<bool>("--v", "-v") { Description = "Tell more.", Recursive = true });
        root.Options.Add(new Option<bool>("--vv", "-vv") { Description = "Tell everything (log level debug).", Recursive = true });
        foreach (var version in root.Options.OfType<VersionOption>().ToList())
        {
            root.Options.Remove(version);
        }

        return root;
    }

    private static string? UnknownWord(RootCommand root, IReadOnlyList<string> arguments, List<string> words)
    {
        if (words.Count == 0)
        {
            return null;
        }

        var command = root.Subcommands.FirstOrDefault(c => c.Name == words[0]);
        if (command is null)
        {
            return arguments[0].StartsWith('-') ? null : $"No such command: {words[0]}\n\n{Usage.OfRoot(root)}";
        }

        if (command.Subcommands.Count == 0 || arguments.Any(a => a is "--help" or "-h" or "-?"))
        {
            return null;
        }

        // The verb may stand after options that have values, so any known verb among the words will do.
        return words.Count == 1 ? Usage.Of(command)
            : words.Skip(1).Any(w => command.Subcommands.Any(s => s.Name == w)) ? null
            : $"No such command for {command.Name}: {words[1]}\n\n{Usage.Of(command)}";
    }
}
