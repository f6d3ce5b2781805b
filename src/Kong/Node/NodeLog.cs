using Gateway.Hosting.Logging;
using Gateway.Kong.Settings;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Node;

/// <summary>Where this node logs, and from which level on.</summary>
internal sealed class NodeLog : IDisposable
{
    private readonly LogFile? _file;

    private NodeLog(string level, LogFile? file)
    {
        Threshold = new LogThreshold(level);
        _file = file;
    }

    /// <summary>The least severe level; it can be changed while the node runs.</summary>
    public LogThreshold Threshold { get; }

    /// <summary>Opens the log that the settings name: a file for a node in the background, standard error for one in the foreground that was not given a file.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="debug">Whether everything is told, whatever the settings say.</param>
    /// <param name="background">Whether nobody reads the standard error.</param>
    /// <exception cref="StartFailure">The file cannot be opened.</exception>
    public static NodeLog Open(KongSettings settings, bool debug, bool background)
    {
        var level = debug ? "debug" : settings.LogLevel;
        if (settings.ErrorLog(background) is not { } path)
        {
            return new NodeLog(level, null);
        }

        try
        {
            return new NodeLog(level, new LogFile(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartFailure($"could not open the log {path}: {e.Message}", e);
        }
    }

    /// <summary>Lets a host log here.</summary>
    public void Configure(ILoggingBuilder logging) => logging.AddGatewayLog(Threshold, _file);

    /// <summary>Opens the file again, after a rotation.</summary>
    public void Reopen() => _file?.Reopen();

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
