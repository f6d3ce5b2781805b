using Gateway.Sync;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Holds the newest configuration and wakes those who send it to the data planes.</summary>
/// <remarks>Planes of the second protocol take what changed; the document for all others is written only when one of them wants it.</remarks>
public sealed class ConfigPublisher
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _newer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Lazy<ConfigDocument>? _wanted;
    private ConfigDocument? _built;
    private ConfigImage? _image;

    /// <summary>The newest configuration as a document, which is written now if nobody wanted it before; null until the first is published.</summary>
    public ConfigDocument? Current
    {
        get
        {
            Lazy<ConfigDocument>? wanted;
            lock (_gate)
            {
                wanted = _wanted;
            }

            return wanted is null ? null : Take(wanted);
        }
    }

    /// <summary>Whether there is a configuration.</summary>
    public bool HasConfiguration => Volatile.Read(ref _wanted) is not null;

    /// <summary>The hash of the newest document that somebody wanted; null when nobody did.</summary>
    internal string? DocumentHash => Volatile.Read(ref _built)?.ConfigHash;

    /// <summary>The newest configuration in memory; null until the first is read.</summary>
    internal ConfigImage? Image => Volatile.Read(ref _image);

    /// <summary>Makes a configuration the newest; one with the same hash as the current is not sent again.</summary>
    /// <param name="document">The configuration.</param>
    public void Publish(ConfigDocument document)
    {
        var written = new Lazy<ConfigDocument>(document);
        Publish(null, written);
        Take(written);
    }

    /// <summary>Makes a configuration the newest.</summary>
    /// <param name="image">The configuration.</param>
    /// <param name="write">Writes its document; called at most once, by whoever wants it first.</param>
    internal void Publish(ConfigImage image, Func<ConfigDocument> write) => Publish(image, new Lazy<ConfigDocument>(write));

    /// <summary>Waits until there is another configuration than the one that the caller knows; those between may be skipped.</summary>
    /// <param name="known">What the caller has; null for nothing.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async ValueTask<ConfigDocument> WaitForNewerAsync(ConfigDocument? known, CancellationToken cancellation)
    {
        while (true)
        {
            Lazy<ConfigDocument>? wanted;
            Task newer;
            lock (_gate)
            {
                (wanted, newer) = (_wanted, _newer.Task);
            }

            // Beside those who wait: a large one takes a second.
            if (wanted is not null && (wanted.IsValueCreated ? Take(wanted) : await Task.Run(() => Take(wanted), cancellation)) is var document && !ReferenceEquals(document, known))
            {
                return document;
            }

            await newer.WaitAsync(cancellation);
        }
    }

    /// <summary>Waits until there is another configuration than the one that the caller knows.</summary>
    /// <param name="known">What the caller has; null for nothing.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    internal async ValueTask<ConfigImage> WaitForImageAsync(ConfigImage? known, CancellationToken cancellation)
    {
        while (true)
        {
            Task newer;
            lock (_gate)
            {
                if (_image is not null && _image.Version != known?.Version)
                {
                    return _image;
                }

                newer = _newer.Task;
            }

            await newer.WaitAsync(cancellation);
        }
    }

    private void Publish(ConfigImage? image, Lazy<ConfigDocument> wanted)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            waiting = _newer;
            _newer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _wanted, wanted);
            Volatile.Write(ref _image, image ?? _image);
        }

        waiting.SetResult();
    }

    /// <summary>The document, or the one before it when that is the same.</summary>
    private ConfigDocument Take(Lazy<ConfigDocument> wanted)
    {
        var document = wanted.Value;
        lock (_gate)
        {
            if (_built?.ConfigHash == document.ConfigHash)
            {
                return _built;
            }

            if (ReferenceEquals(wanted, _wanted))
            {
                Volatile.Write(ref _built, document);
            }

            return document;
        }
    }
}
