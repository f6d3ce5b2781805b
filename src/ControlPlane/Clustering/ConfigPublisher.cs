using Gateway.Sync;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Holds the newest configuration and wakes those who send it to the data planes.</summary>
public sealed class ConfigPublisher
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _newer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConfigDocument? _current;

    /// <summary>The newest configuration; null until the first is published.</summary>
    public ConfigDocument? Current => Volatile.Read(ref _current);

    /// <summary>Makes a configuration the newest; one with the same hash as the current is not sent again.</summary>
    /// <param name="document">The configuration.</param>
    public void Publish(ConfigDocument document)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            if (_current?.ConfigHash == document.ConfigHash)
            {
                return;
            }

            waiting = _newer;
            _newer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _current, document);
        }

        waiting.SetResult();
    }

    /// <summary>Waits until there is another configuration than the one that the caller knows; those between may be skipped.</summary>
    /// <param name="known">What the caller has; null for nothing.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async ValueTask<ConfigDocument> WaitForNewerAsync(ConfigDocument? known, CancellationToken cancellation)
    {
        while (true)
        {
            Task newer;
            lock (_gate)
            {
                if (_current is not null && !ReferenceEquals(_current, known))
                {
                    return _current;
                }

                newer = _newer.Task;
            }

            await newer.WaitAsync(cancellation);
        }
    }
}
