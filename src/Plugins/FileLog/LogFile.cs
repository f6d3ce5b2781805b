namespace Gateway.Plugins.FileLog;

/// <summary>A file that lines are appended to, each in one write, so that processes which share it never mix theirs.</summary>
/// <param name="path">Where it is.</param>
internal sealed class LogFile(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private FileStream? _file;

    /// <summary>Appends a line.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="reopen">Whether the file is opened anew, because it may have been moved away.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? Append(ReadOnlySpan<byte> line, bool reopen)
    {
        Span<byte> bytes = new byte[line.Length + 1];
        line.CopyTo(bytes);
        bytes[^1] = (byte)'\n';
        lock (_lock)
        {
            try
            {
                if (reopen)
                {
                    Dispose();
                }

                _file ??= new FileStream(path, new FileStreamOptions
                {
                    Mode = FileMode.Append,
                    Access = FileAccess.Write,
                    Share = FileShare.ReadWrite | FileShare.Delete,
                    BufferSize = 0,
                });
                _file.Write(bytes);
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Dispose();
                return e.Message;
            }
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }
}
