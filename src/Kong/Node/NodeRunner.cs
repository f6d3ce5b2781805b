using System.Net.Sockets;
using Gateway.Hosting.Logging;
using Gateway.Kong.Commands;
using Gateway.Kong.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Node;

/// <summary>Runs the planes of this node from start to end.</summary>
internal sealed partial class NodeRunner(CommandContext context, NodeLog output)
{
    private static readonly string[] _reloadable = ["log_level", "declarative_config", "declarative_config_string", "ssl_cert", "ssl_cert_key"];

    // A database that stopped answering meanwhile must not hold up who waits for the node; the status listener tells when it is ready.
    private static readonly TimeSpan _firstConfiguration = TimeSpan.FromSeconds(10);

    /// <summary>Starts the planes, waits for a signal, drains them; returns the exit code.</summary>
    /// <param name="settings">The node's settings.</param>
    /// <param name="warnings">What reading the settings found worth a line.</param>
    /// <param name="reread">Reads the settings again, for SIGHUP.</param>
    /// <param name="inBackground">Whether the terminal is left when the node runs.</param>
    /// <param name="cancellation">Ends the node as a signal does.</param>
    public async Task<int> RunAsync(
        KongSettings settings, IReadOnlyList<string> warnings, Func<SettingsResult> reread, bool inBackground, CancellationToken cancellation)
    {
        using var loggers = LoggerFactory.Create(output.Configure);
        var log = loggers.CreateLogger("Gateway.Kong");
        output.TellOfDrops(log);
        var planes = new NodePlanes(settings, output);
        using var signals = new NodeSignals(() => Reload(settings, planes, reread, log), output.Reopen);
        foreach (var warning in warnings)
        {
            Log.Settings(log, warning);
        }

        var started = new List<Plane>();
        try
        {
            foreach (var plane in planes.Create())
            {
                started.Add(plane);
                await plane.Host.StartAsync(cancellation);
            }
        }
        catch (Exception e) when (Sentence(e) is { } sentence)
        {
            await StopAsync(started, log, new CancellationToken(canceled: true));
            return context.Fail(sentence);
        }

        if (settings.PublicAdminListeners is { Count: > 0 } strangers)
        {
            Log.PublicAdminApi(log, string.Join(", ", strangers));
        }

        if (await FirstAsync(planes, signals, cancellation) is { } refused)
        {
            await context.Out.WriteLineAsync($"Warning: the configuration in the database cannot be used: {refused}");
        }

        Log.Started(log, settings.Role, settings.Prefix, Environment.ProcessId);
        await context.Out.WriteLineAsync(BackgroundStart.Started);
        await context.Out.FlushAsync(cancellation);
        if (inBackground)
        {
            Detachment.LeaveStreams();
        }

        var died = DeathOf(started);
        var ended = await Task.WhenAny(signals.Asked, died, Task.Delay(Timeout.Infinite, cancellation));
        Log.Stopping(log);
        await StopAsync(started, log, signals.Force);
        Log.Stopped(log);
        // A plane that ends by itself has lost something that it cannot do without: whoever keeps the node alive must start it anew.
        return ended == died ? context.Fail($"the {await died} ended by itself") : 0;
    }

    /// <summary>Waits until the configuration is in use, as Kong does, but not for ever; what is wrong with it, or null.</summary>
    private static async Task<string?> FirstAsync(NodePlanes planes, NodeSignals signals, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_firstConfiguration);
        var first = planes.First();
        var ended = await Task.WhenAny(first, signals.Asked, Task.Delay(Timeout.Infinite, limit.Token));
        return ended == first ? await first : null;
    }

    private static Task<string> DeathOf(List<Plane> planes)
    {
        var died = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var plane in planes)
        {
            plane.Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => died.TrySetResult(plane.Name));
        }

        return died.Task;
    }

    private static async Task StopAsync(List<Plane> planes, ILogger log, CancellationToken force)
    {
        await Task.WhenAll(planes.Select(async plane =>
        {
            try
            {
                await plane.Host.StopAsync(force);
            }
            catch (Exception e) when (e is OperationCanceledException or AggregateException)
            {
                Log.Forced(log, plane.Name);
            }
        }));
        foreach (var plane in planes)
        {
            plane.Host.Dispose();
        }
    }

    private void Reload(KongSettings running, NodePlanes planes, Func<SettingsResult> reread, ILogger log)
    {
        output.Reopen();
        var read = reread();
        if (read.Settings is null)
        {
            Log.NotReloaded(log, string.Join("; ", read.Errors));
            return;
        }

        output.Threshold.Set(read.Settings.LogLevel);
        Log.Reloaded(log, read.Settings.LogLevel);
        planes.OnReload(read.Settings);
        var waiting = running.DifferencesTo(read.Settings).Except(_reloadable).ToList();
        if (waiting.Count > 0)
        {
            Log.NeedsRestart(log, string.Join(", ", waiting));
        }
    }

    /// <summary>What an expected failure of a start says to the person who started it; null for a bug.</summary>
    private static string? Sentence(Exception e) => e switch
    {
        StartFailure => e.Message,
        // Kestrel's own words name the address: "Failed to bind to address http://127.0.0.1:8001: address already in use."
        IOException when e.Message.StartsWith("Failed to bind", StringComparison.Ordinal) => e.Message.TrimEnd('.') + ". Is another node running?",
        SocketException => $"could not listen: {e.Message}",
        Npgsql.NpgsqlException => $"PostgreSQL: {e.Message}",
        IOException or UnauthorizedAccessException => e.Message,
        OperationCanceledException => "the start was interrupted",
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Settings: {Warning}")]
        public static partial void Settings(ILogger logger, string warning);

        // As loud as it gets short of not starting: whoever finds this port owns the gateway.
        [LoggerMessage(LogLevel.Critical, "The Admin API listens on {Addresses} and asks nobody who he is: whoever reaches it can read every secret and change everything. "
            + "Let admin_listen be a loopback address, or let nobody but administrators reach it")]
        public static partial void PublicAdminApi(ILogger logger, string addresses);

        [LoggerMessage(LogLevel.Information, "Kong started as {Role} in {Prefix}, process {Process}")]
        public static partial void Started(ILogger logger, string role, string prefix, int process);

        [LoggerMessage(LogLevel.Information, "Stopping: new connections are refused, requests in flight finish")]
        public static partial void Stopping(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "The {Plane} was stopped before all its requests had finished")]
        public static partial void Forced(ILogger logger, string plane);

        [LoggerMessage(LogLevel.Information, "Stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(LogLevel.Information, "Reloaded: log level {Level}")]
        public static partial void Reloaded(ILogger logger, string level);

        [LoggerMessage(LogLevel.Warning, "These settings changed and have their effect after a restart: {Names}")]
        public static partial void NeedsRestart(ILogger logger, string names);

        [LoggerMessage(LogLevel.Error, "Not reloaded, the settings have errors: {Errors}")]
        public static partial void NotReloaded(ILogger logger, string errors);
    }
}

/// <summary>A start that cannot succeed for a reason outside the program; the message is one sentence for its user.</summary>
internal sealed class StartFailure(string message, Exception? inner = null) : Exception(message, inner);
