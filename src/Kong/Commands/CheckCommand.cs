using System.CommandLine;
using Gateway.Kong.Settings;

namespace Gateway.Kong.Commands;

/// <summary><c>kong check</c>.</summary>
internal static class CheckCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string?>("conf")
        {
            Description = "Configuration file (default /etc/kong/kong.conf).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("check", "Check settings without starting anything: the file, the KONG_* variables, and what the role needs.\n"
            + "With -vv, list every setting with its value (secrets hidden).") { file };
        command.SetAction(result => Run(context, result.GetValue(file), result.GetValue<bool>("--vv")));
        return command;
    }

    private static int Run(CommandContext context, string? file, bool everything)
    {
        var path = file ?? SettingsFile.DefaultPaths[0];
        // The default file need not exist: a container has its settings in the environment alone.
        var read = context.ReadSettings(file is null && !File.Exists(path) ? null : path, prefix: null);
        foreach (var error in read.Errors)
        {
            context.Log("error", error);
        }

        foreach (var warning in read.Warnings.Where(_ => everything))
        {
            context.Log("warn", warning);
        }

        if (read.Settings is null)
        {
            return 1;
        }

        if (everything)
        {
            foreach (var (name, value) in read.Settings.ToJson())
            {
                context.Out.WriteLine($"{name} = {value}    # {SettingCatalog.Find(name)!.Description}");
            }
        }

        context.Out.WriteLine($"configuration at {path} is valid");
        return 0;
    }
}
