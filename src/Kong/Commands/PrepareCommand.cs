using System.CommandLine;
using Gateway.Kong.Node;
using Gateway.Kong.Settings;

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
            if (read.Settings is null)
            {
                return context.Fail(read.Errors);
            }

            if (new NodePrefix(read.Settings.Prefix).Prepare() is { } problem)
            {
                return context.Fail(problem);
            }

            StoredSettings.Write(read.Settings.Prefix, read.Given, SettingsFile.Find(result.GetValue(conf)));
            return 0;
        });
        return command;
    }
}
