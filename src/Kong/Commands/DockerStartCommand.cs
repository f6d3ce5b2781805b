using System.CommandLine;

namespace Gateway.Kong.Commands;

/// <summary><c>kong docker-start</c>: what the official image's entry point does for its default command.</summary>
internal static class DockerStartCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var (conf, prefix) = (CommonOptions.Conf(), CommonOptions.Prefix());
        var command = new Command("docker-start", "Prepare the prefix and run this node in the foreground, as a container's main process.")
        {
            conf, prefix,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var choices = new StartChoices(result.GetValue(conf), result.GetValue(prefix), Migrate: false, result.GetValue<bool>("--vv"));
            return await StartCommand.RunAsync(context, choices, cancellation);
        });
        return command;
    }
}
