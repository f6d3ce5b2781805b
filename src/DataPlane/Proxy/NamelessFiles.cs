using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Proxy;

/// <summary>Makes files for what is too large for memory. They lose their name at once, so that nothing of them is left, however this process ends.</summary>
/// <param name="options">The node's settings.</param>
/// <param name="logger">Takes note of a disk that takes nothing.</param>
internal sealed partial class NamelessFiles(DataPlaneOptions options, ILogger<NamelessFiles> logger)
{
    private bool _hasFailed;
    private readonly string _folder = options.BodyFolder ?? Path.Combine(Path.GetTempPath(), "client_body_temp");

    /// <summary>A file that only its holder can reach.</summary>
    /// <exception cref="IOException">There can be none.</exception>
    /// <exception cref="UnauthorizedAccessException">There may be none.</exception>
    public FileStream Open()
    {
        // Whoever tidies up may take the folder away.
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(path);
        return file;
    }

    /// <summary>The same, or null where there can be none; the log tells of the first time.</summary>
    public FileStream? TryOpen()
    {
        try
        {
            return Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!Interlocked.Exchange(ref _hasFailed, true))
            {
                Log.Failed(logger, e);
            }

            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Answers of slow clients cannot be held in files, their upstreams wait for them")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
