using System.CommandLine;

namespace Gateway.Kong.Commands;

/// <summary><c>kong roar</c>.</summary>
internal static class RoarCommand
{
    // What the official command draws is its own; scripts that call it look at the exit code and the first line.
    private const string Drawing = """"
        Kong, Monolith destroyer.

              .-"-.
            _/.-.-.\_
           ( ( o o ) )
            |/  "  \|
             \ .-. /
             /`"""`\
            /       \
           /_/|   |\_\
              |_|_|
        """";

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("roar", "Roar.");
        command.SetAction(_ =>
        {
            context.Out.WriteLine(Drawing + "\n");
            return 0;
        });
        return command;
    }
}
