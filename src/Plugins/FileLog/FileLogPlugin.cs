using System.Collections.Concurrent;
using Gateway.PluginSdk;
using Microsoft.Extensions.Logging;

namespace Gateway.Plugins.FileLog;

/// <summary>Appends a line of JSON for each request to a file.</summary>
/// <param name="logger">Takes note of files that cannot be written.</param>
[Plugin("file-log", Priority = 9, Protocols = PluginProtocols.HttpAndStreams)]
public sealed partial class FileLogPlugin(ILogger<FileLogPlugin> logger) : ILog<FileLogConfig>, IDisposable
{
    private readonly ConcurrentDictionary<string, LogFile> _files = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    void ILog<FileLogConfig>.Log(Exchange exchange, FileLogConfig config)
    {
        if (_files.GetOrAdd(config.Path, static path => new LogFile(path)).Append(exchange.LogEntry.Utf8.Span, config.Reopen) is { } problem)
        {
            Log.NotWritten(logger, config.Path, problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "file-log: {Path} cannot be written: {Reason}")]
        public static partial void NotWritten(ILogger logger, string path, string reason);
    }
}
