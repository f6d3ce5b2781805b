namespace Gateway.Sync.Fallback;

/// <summary>A folder, such as a share that all nodes mount.</summary>
/// <param name="folder">The folder; it is made when it is not there.</param>
/// <param name="version">The version of the planes that share it.</param>
public sealed class FolderStorage(string folder, string version) : FallbackStorage(version)
{
    /// <inheritdoc />
    public override string Place => folder;

    /// <inheritdoc />
    protected override async Task PutAsync(string name, byte[] content, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, name);
        // Beside it, so that a reader finds the old one or the new one; by a name of its own, for several nodes may write at once.
        var beside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                if (!OperatingSystem.IsWindows())
                {
                    // It holds the secrets of the configuration.
                    File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }

                await file.WriteAsync(content, cancellation);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <inheritdoc />
    protected override async Task<byte[]?> GetAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(Path.Combine(folder, name), cancellation);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
