using System.Diagnostics;
using Gateway.Kong.Commands;

namespace Gateway.Kong.Node;

/// <summary>Starts a node in the background, as <c>nginx_daemon = on</c> asks: the command returns when the node runs, or with what prevents it.</summary>
internal static class BackgroundStart
{
    /// <summary>The hidden option by which the process in the background is told what it is.</summary>
    public const string Option = "--in-background";

    /// <summary>The line by which a node says that it runs.</summary>
    public const string Started = "Kong started";

    /// <summary>Starts the same program again, hands on what it says, and lets go of it when it runs.</summary>
    /// <param name="context">Where its words go.</param>
    /// <param name="arguments">The arguments after <see cref="Option"/>.</param>
    /// <param name="cancellation">Ends the node that is starting.</param>
    public static async Task<int> RunAsync(CommandContext context, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = Command(context, arguments) };
        process.Start();
        process.StandardInput.Close();
        try
        {
            var errors = HandOnAsync(process.StandardError, context.Error, cancellation);
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                await context.Out.WriteLineAsync(line);
                if (line == Started)
                {
                    return 0;
                }
            }

            await errors;
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode is 0 ? 1 : process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            ProcessSignal.Send(process.Id, ProcessSignal.Terminate);
            return context.Fail("the start was interrupted");
        }
    }

    private static ProcessStartInfo Command(CommandContext context, IEnumerable<string> arguments)
    {
        // Run as `dotnet kong.dll` the program is the host's first argument; as `kong` it is the process itself.
        var program = Environment.ProcessPath!;
        List<string> all = [.. Path.GetFileNameWithoutExtension(program) is "dotnet" ? [typeof(BackgroundStart).Assembly.Location] : Array.Empty<string>(),
            "start", Option, .. arguments];
        var start = new ProcessStartInfo(program, all) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in context.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task HandOnAsync(StreamReader from, TextWriter to, CancellationToken cancellation)
    {
        while (await from.ReadLineAsync(cancellation) is { } line)
        {
            await to.WriteLineAsync(line);
        }
    }
}
