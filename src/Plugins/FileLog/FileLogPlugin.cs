using System.Collections.Concurrent;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Logs;
using Microsoft.Extensions.Logging;

namespace Gateway.Plugins.FileLog;

/// <summary>Appends a line of JSON for each request, or stream, to a file.</summary>
/// <param name="logger">Takes note of files that cannot be written.</param>
[Plugin("file-log", Priority = 9, Protocols = PluginProtocols.HttpAndStreams)]
public sealed partial class FileLogPlugin(ILogger<FileLogPlugin> logger) : ILog<FileLogConfig>, IStreamLog<FileLogConfig>, IDisposable
{
    private readonly ConcurrentDictionary<string, LogFile> _files = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    void ILog<FileLogConfig>.Log(Exchange exchange, FileLogConfig config) => Append(exchange.LogEntry, config);

    /// <inheritdoc/>
    void IStreamLog<FileLogConfig>.Log(StreamSession session, FileLogConfig config) => Append(session.LogEntry, config);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private void Append(LogEntry entry, FileLogConfig config)
    {
        if (_files.GetOrAdd(config.Path, static path => new LogFile(path)).Append(entry.Utf8.Span, config.Reopen) is { } problem)
        {
            Log.NotWritten(logger, config.Path, problem);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "file-log: {Path} cannot be written: {Reason}")]
        public static partial void NotWritten(ILogger logger, string path, string reason);
    }
}
