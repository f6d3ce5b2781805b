using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Hosting.Logging;

/// <summary>A log that is appended to line by line, and opened anew after a rotation; <c>/dev/stdout</c> and <c>/dev/stderr</c> are the process's own streams.</summary>
public sealed partial class LogFile : IDisposable
{
    private const int SetFlags = 4;
    private const int AppendFlag = 0x400;

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
        // Whoever writes to a pipe that nobody reads has the lock until the process ends.
        if (_lock.TryEnter(TimeSpan.FromSeconds(1)))
        {
            _stream.Dispose();
            _lock.Exit();
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
        var stream = new FileStream(_path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        });

        // A stream goes on where it wrote last; the system's own flag goes on at the end, also after others wrote or cut the file short.
        _ = Control(stream.SafeFileHandle, SetFlags, AppendFlag);
        return stream;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, int command, int flags);
}
