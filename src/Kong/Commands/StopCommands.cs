using System.CommandLine;
using System.Diagnostics;
using Gateway.Kong.Node;
using Gateway.Kong.Settings;

namespace Gateway.Kong.Commands;

/// <summary>The commands that signal a running node: <c>stop</c>, <c>quit</c> and <c>reload</c>.</summary>
internal static class StopCommands
{
    // The node itself gives up after 25 s; this is longer, so that it is the node that decides.
    private static readonly TimeSpan _stopPatience = TimeSpan.FromSeconds(30);

    /// <summary><c>kong stop</c>.</summary>
    public static Command Stop(CommandContext context)
    {
        var prefix = CommonOptions.Prefix();
        var command = new Command("stop", "Stop the node in the prefix (SIGTERM): requests in flight have 25 seconds, new ones are refused.")
        {
            prefix,
        };
        command.SetAction(async (result, cancellation) => await StopAsync(context, result.GetValue(prefix), cancellation));
        return command;
    }

    /// <summary><c>kong quit</c>.</summary>
    public static Command Quit(CommandContext context)
    {
        var prefix = CommonOptions.Prefix();
        var timeout = new Option<int>("--timeout", "-t")
        {
            Description = "Seconds until it is stopped by force.",
            HelpName = "seconds",
            DefaultValueFactory = _ => 10,
        };
        var wait = new Option<int>("--wait", "-w")
        {
            Description = "Seconds to wait before anything happens.",
            HelpName = "seconds",
            DefaultValueFactory = _ => 0,
        };
        var command = new Command("quit", "Stop the node gracefully (SIGQUIT): all requests finish; after the timeout it is stopped (SIGTERM).")
        {
            prefix, timeout, wait,
        };
        command.SetAction(async (result, cancellation) =>
        {
            if (!TryFind(context, result.GetValue(prefix), out var node, out var process, out var failure))
            {
                return failure;
            }

            await Task.Delay(TimeSpan.FromSeconds(result.GetValue(wait)), context.Time, cancellation);
            ProcessSignal.Send(process, ProcessSignal.Quit);
            if (await EndsAsync(node, TimeSpan.FromSeconds(Math.Max(1, result.GetValue(timeout))), cancellation))
            {
                context.Out.WriteLine("Kong stopped (gracefully)");
                return 0;
            }

            ProcessSignal.Send(process, ProcessSignal.Terminate);
            await EndsAsync(node, _stopPatience, cancellation);
            context.Out.WriteLine("Timeout, Kong stopped forcefully");
            return 0;
        });
        return command;
    }

    /// <summary><c>kong reload</c>.</summary>
    public static Command Reload(CommandContext context)
    {
        var (conf, prefix) = (CommonOptions.Conf(), CommonOptions.Prefix());
        var command = new Command("reload", "Let the node in the prefix read its settings again (SIGHUP); what can change while it runs, changes.")
        {
            conf, prefix,
        };
        foreach (var option in CommonOptions.OfNginx())
        {
            command.Options.Add(option);
        }

        command.SetAction(result =>
        {
            if (!TryFind(context, result.GetValue(prefix), out var node, out var process, out var failure))
            {
                return failure;
            }

            var file = StoredSettings.Read(node.Path).File;
            var read = context.ReadBeside(result.GetValue(conf), node.Path);
            if (read.Settings is null)
            {
                return context.Fail(read.Errors);
            }

            StoredSettings.Write(node.Path, read.Given, result.GetValue(conf) ?? file);

            ProcessSignal.Send(process, ProcessSignal.Hangup);
            context.Out.WriteLine("Kong reloaded");
            return 0;
        });
        return command;
    }

    /// <summary>Stops the node and waits until it is gone.</summary>
    public static async Task<int> StopAsync(CommandContext context, string? prefix, CancellationToken cancellation)
    {
        if (!TryFind(context, prefix, out var node, out var process, out var failure))
        {
            return failure;
        }

        ProcessSignal.Send(process, ProcessSignal.Terminate);
        if (!await EndsAsync(node, _stopPatience, cancellation))
        {
            return context.Fail($"Kong did not stop within {_stopPatience.TotalSeconds:0} seconds (process {process})");
        }

        context.Out.WriteLine("Kong stopped");
        return 0;
    }

    private static bool TryFind(CommandContext context, string? prefix, out NodePrefix node, out int process, out int failure)
    {
        node = new NodePrefix(context.PrefixOf(prefix));
        var found = node.Exists ? node.RunningProcess() : null;
        process = found ?? 0;
        failure = found is not null ? 0
            : context.Fail(node.Exists ? $"nginx not running in prefix: {node.Path}" : $"no such prefix: {node.Path}");
        return found is not null;
    }

    private static async Task<bool> EndsAsync(NodePrefix node, TimeSpan patience, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < patience;)
        {
            if (node.RunningProcess() is null)
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }

        return false;
    }
}
