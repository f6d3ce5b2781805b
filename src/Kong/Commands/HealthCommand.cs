using System.CommandLine;
using Gateway.Kong.Node;

namespace Gateway.Kong.Commands;

/// <summary><c>kong health</c>.</summary>
internal static class HealthCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var prefix = CommonOptions.Prefix();
        var command = new Command("health", "Tell whether a node runs in the prefix; the exit code is 0 when it does.") { prefix };
        command.SetAction(result =>
        {
            var node = new NodePrefix(context.PrefixOf(result.GetValue(prefix)));
            if (!node.Exists)
            {
                return context.Fail($"no such prefix: {node.Path}");
            }

            if (node.RunningProcess() is null)
            {
                return context.Fail($"Kong is not running at {node.Path}");
            }

            // Scripts compare this line with what the official command prints, the server's name included.
            context.Out.WriteLine($"nginx.......running\n\nKong is healthy at {node.Path}");
            return 0;
        });
        return command;
    }
}
