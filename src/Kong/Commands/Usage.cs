using System.CommandLine;
using System.Text;

namespace Gateway.Kong.Commands;

/// <summary>The short texts for a command line that names no command, or none that exists.</summary>
internal static class Usage
{
    private const string Options = "Options:\n --v              verbose\n --vv             debug";

    /// <summary>All commands.</summary>
    public static string OfRoot(RootCommand root) =>
        "Usage: kong COMMAND [OPTIONS]\n\nThe available commands are:\n"
        + string.Concat(root.Subcommands.Where(c => !c.Hidden).Select(c => $" {c.Name}\n"))
        + $"\n{Options}";

    /// <summary>The verbs of one command.</summary>
    public static string Of(Command command)
    {
        var text = new StringBuilder($"Usage: kong {command.Name} COMMAND [OPTIONS]\n\n{command.Description}\n\nThe available commands are:\n");
        foreach (var verb in command.Subcommands)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  {verb.Name,-18}{verb.Description!.Split('\n')[0]}\n");
        }

        return $"{text}\nSee kong {command.Name} COMMAND --help for the options.\n\n{Options}";
    }
}
