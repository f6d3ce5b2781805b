using System.CommandLine;

namespace Gateway.Kong.Commands;

/// <summary><c>kong config</c>.</summary>
internal static class ConfigCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context) => new("config", "Work with declarative configurations.")
    {
        ConfigFileCommands.Init(context),
        ConfigFileCommands.Parse(context),
        ConfigFileCommands.Import(context),
        ConfigFileCommands.Export(context),
        ConfigConvertCommand.Create(context),
        ConfigSyncCommand.Diff(context),
        ConfigDumpCommand.Create(context),
        ConfigSyncCommand.Sync(context),
    };
}
