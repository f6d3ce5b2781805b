using System.CommandLine;
using System.Runtime.InteropServices;
using Gateway.Hosting;

namespace Gateway.Kong.Commands;

/// <summary><c>kong version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var all = new Option<bool>("--all", "-a") { Description = "Also tell the product's own version and what it runs on." };
        var command = new Command("version", "Print the version of Kong's formats that this node speaks.") { all };
        command.SetAction(result =>
        {
            context.Out.WriteLine(result.GetValue(all)
                ? $"Kong: {Product.KongVersion}\nproduct: {Product.Version}\n"
                    + $"runtime: {RuntimeInformation.FrameworkDescription}\nsystem: {RuntimeInformation.RuntimeIdentifier}"
                : Product.KongVersion);
            return 0;
        });
        return command;
    }
}
