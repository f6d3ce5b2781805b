using System.IO.Compression;

namespace Gateway.Sync.Fallback;

/// <summary>Where a control plane leaves its configuration for new data planes that cannot reach it.</summary>
public abstract class FallbackStorage
{
    // A configuration shrinks about tenfold; what unpacks to more is none.
    private const int MostUnpacked = 1 << 30;

    private readonly string _name;

    /// <summary>A storage for planes of one version.</summary>
    /// <param name="version">The version; planes of another find nothing.</param>
    protected FallbackStorage(string version) => _name = $"{version}/config.json";

    /// <summary>The place, for people; no secret is in it.</summary>
    public abstract string Place { get; }

    /// <summary>Opens the storage that a setting names.</summary>
    /// <param name="address"><c>s3://bucket/prefix</c> or <c>file:///folder</c>.</param>
    /// <param name="version">The version of the planes that share it.</param>
    /// <param name="environment">The environment: <c>AWS_*</c> holds the credentials of an S3-compatible store.</param>
    /// <param name="putObject">JSON with what is sent along with an object to an S3-compatible store, or null.</param>
    /// <param name="error">What is wrong, when the result is null.</param>
    public static FallbackStorage? Open(string address, string version, Func<string, string?> environment, string? putObject, out string? error)
    {
        error = null;
        if (address.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            switch (uri.Scheme)
            {
                case "file" when uri.Host.Length is 0 && uri.LocalPath.Length > 1:
                    return new FolderStorage(uri.LocalPath, version);
                case "s3" when uri.Host.Length > 0:
                    return S3Storage.Open(uri.Host, uri.AbsolutePath.Trim('/'), version, environment, putObject, out error);
            }
        }

        error = $"must be s3://<bucket>[/<prefix>] or file:///<folder>, got '{address}'";
        return null;
    }

    /// <summary>Leaves a configuration; it takes the place of the one before.</summary>
    /// <param name="frame">The payload that carries it to data planes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The storage does not take it.</exception>
    public async Task ExportAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        using var json = new MemoryStream();
        await using (var gzip = new GZipStream(new MemoryStream(frame.ToArray()), CompressionMode.Decompress))
        {
            await gzip.CopyToAsync(json, cancellation);
        }

        await PutAsync(_name, json.ToArray(), cancellation);
    }

    /// <summary>The configuration that was left; null when there is none.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The storage does not give it, or it is none.</exception>
    public async Task<Reconfigure?> ImportAsync(CancellationToken cancellation)
    {
        if (await GetAsync(_name, cancellation) is not { } json)
        {
            return null;
        }

        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(json, cancellation);
        }

        return Reconfigure.Parse(packed.ToArray(), MostUnpacked, out var error) ?? throw new IOException($"{_name} is no configuration: {error}");
    }

    /// <summary>Stores an object whole or not at all.</summary>
    /// <param name="name">Its name below the place.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">It is not stored.</exception>
    protected abstract Task PutAsync(string name, byte[] content, CancellationToken cancellation);

    /// <summary>Reads an object; null when there is none of that name.</summary>
    /// <param name="name">Its name below the place.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    protected abstract Task<byte[]?> GetAsync(string name, CancellationToken cancellation);
}
