using System.CommandLine;
using Gateway.Kong.Node;

namespace Gateway.Kong.Commands;

/// <summary><c>kong prepare</c>.</summary>
internal static class PrepareCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var (conf, prefix) = (CommonOptions.Conf(), CommonOptions.Prefix());
        var command = new Command("prepare", "Check the settings and make the prefix folder, but start nothing.") { conf, prefix };
        foreach (var option in CommonOptions.OfNginx())
        {
            command.Options.Add(option);
        }

        command.SetAction(result =>
        {
            var read = context.ReadSettings(result.GetValue(conf), result.GetValue(prefix));
            return read.Settings is null ? context.Fail(read.Errors)
                : new NodePrefix(read.Settings.Prefix).Prepare() is { } problem ? context.Fail(problem)
                : 0;
        });
        return command;
    }
}
