using Gateway.DataPlane.Streams;
using Gateway.Hosting.AccessLogs;
using Gateway.Hosting.Logging;
using Gateway.Kong.Settings;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Node;

/// <summary>Where this node logs, and from which level on.</summary>
/// <param name="settings">The settings.</param>
/// <param name="debug">Whether everything is told, whatever the settings say.</param>
/// <param name="background">Whether nobody reads the standard error.</param>
internal sealed partial class NodeLog(KongSettings settings, bool debug, bool background) : IDisposable
{
    private readonly LogFiles _files = new();

    /// <summary>The least severe level; it can be changed while the node runs.</summary>
    public LogThreshold Threshold { get; } = new(debug ? "debug" : settings.LogLevel);

    /// <summary>Lets the node itself log.</summary>
    /// <param name="logging">The logging to set up.</param>
    public void Configure(ILoggingBuilder logging) => Configure(settings.Role is "control_plane" ? "admin_error_log" : "proxy_error_log", logging);

    /// <summary>Lets a host log where a setting says: in a file for a node in the background, on standard error for one in the foreground that was not given a file.</summary>
    /// <param name="setting">The setting, such as <c>admin_error_log</c>.</param>
    /// <param name="logging">The host's logging.</param>
    /// <exception cref="StartFailure">The file cannot be opened.</exception>
    public void Configure(string setting, ILoggingBuilder logging) =>
        logging.AddGatewayLog(Threshold, settings.ErrorLog(setting, background) is { } path ? Opened(setting, path, p => _files.Open(p)) : null);

    /// <summary>The log of requests that a setting asks for, or null when they are not logged.</summary>
    /// <param name="setting">The setting, such as <c>admin_access_log</c>.</param>
    /// <exception cref="StartFailure">The file cannot be opened.</exception>
    public AccessLog? Requests(string setting) => settings.AccessLog(setting) is { } log
        ? new AccessLog(Opened(setting, log.Path, p => _files.OpenBuffered(p)), log.Format, TimeProvider.System)
        : null;

    /// <summary>The log of streams, or null when there are none or they are not logged.</summary>
    /// <exception cref="StartFailure">The file cannot be opened.</exception>
    public StreamAccessLog? Streams() => settings.StreamListeners.Count > 0 && settings.StreamAccessLog is { } path
        ? new StreamAccessLog(Opened("proxy_stream_access_log", path, p => _files.OpenBuffered(p)), TimeProvider.System)
        : null;

    /// <summary>Has it told when lines of requests are dropped.</summary>
    /// <param name="log">Where it is told.</param>
    public void TellOfDrops(ILogger log) => _files.Dropped = (path, lines) => Log.Dropped(log, path, lines);

    /// <summary>Opens the files again, after a rotation.</summary>
    public void Reopen() => _files.Reopen();

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    private static T Opened<T>(string setting, string path, Func<string, T> open)
    {
        try
        {
            return open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartFailure($"could not open the log {path} ({setting}): {e.Message}", e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Path} takes lines too slowly: {Lines} requests are not in it")]
        public static partial void Dropped(ILogger logger, string path, long lines);
    }
}
