using System.Collections.Concurrent;
using Gateway.Hosting.AccessLogs;

namespace Gateway.Hosting.Logging;

/// <summary>The files that a node logs to: each is open once, however many settings name it, and all are opened anew after a rotation.</summary>
public sealed class LogFiles : IDisposable
{
    private readonly ConcurrentDictionary<string, LogFile> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LogBuffer> _buffers = new(StringComparer.Ordinal);

    /// <summary>Told the path and how many lines were dropped when a file takes them too slowly.</summary>
    public Action<string, long> Dropped { get; set; } = static (_, _) => { };

    /// <summary>The file, opened when it is not yet.</summary>
    /// <param name="path">Where it is, absolute.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public LogFile Open(string path) => _files.GetOrAdd(path, static p => new LogFile(p));

    /// <summary>The file behind a buffer, for lines of which there are many.</summary>
    /// <param name="path">Where it is, absolute.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public LogBuffer OpenBuffered(string path) => _buffers.GetOrAdd(path, p => new LogBuffer(Open(p), dropped => Dropped(p, dropped)));

    /// <summary>Opens all paths again.</summary>
    public void Reopen()
    {
        foreach (var file in _files.Values)
        {
            file.Reopen();
        }
    }

    /// <summary>Writes what is left, and closes all.</summary>
    public void Dispose()
    {
        foreach (var buffer in _buffers.Values)
        {
            buffer.Dispose();
        }

        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }
}
