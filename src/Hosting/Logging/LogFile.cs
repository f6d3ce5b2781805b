using System.Text;

namespace Gateway.Hosting.Logging;

/// <summary>A log that is appended to line by line, and opened anew after a rotation; <c>/dev/stdout</c> and <c>/dev/stderr</c> are the process's own streams.</summary>
public sealed class LogFile : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private Stream _stream;

    /// <summary>Opens the log, and makes its folder.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public LogFile(string path)
    {
        _path = path;
        _stream = Open();
    }

    /// <summary>Appends text that ends with a line break, whole: no other writer's line gets between.</summary>
    /// <param name="text">The text.</param>
    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Appends octets that end with a line break, whole.</summary>
    /// <param name="octets">The octets.</param>
    public void Write(ReadOnlySpan<byte> octets)
    {
        lock (_lock)
        {
            try
            {
                _stream.Write(octets);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // A full disk or a closed pipe must not end what the log tells about.
            }
        }
    }

    /// <summary>Opens the path again: after a rotation the old name leads to a new file. When that fails, the present file stays in use.</summary>
    public void Reopen()
    {
        lock (_lock)
        {
            try
            {
                var former = _stream;
                _stream = Open();
                former.Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _stream.Write(Encoding.UTF8.GetBytes($"{_path} could not be opened again: {e.Message}\n"));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _stream.Dispose();
        }
    }

    private Stream Open()
    {
        if (_path is "/dev/stdout")
        {
            return Console.OpenStandardOutput();
        }

        if (_path is "/dev/stderr")
        {
            return Console.OpenStandardError();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        return new FileStream(_path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        });
    }
}
