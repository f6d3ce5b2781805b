namespace Gateway.PluginSdk;

/// <summary>
/// Knows whether a server that requests depend on is down. The first who finds out says so; from then on the server is asked in the background until it answers, and nobody else
/// needs to wait for it in vain.
/// </summary>
/// <param name="ask">Asks the server for a sign of life: null when it gave one, or why it did not.</param>
/// <param name="note">Takes note of the reason when an outage begins, and of null when it is over.</param>
/// <param name="time">The clock.</param>
public sealed class Outage(Func<Task<string?>> ask, Action<string?> note, TimeProvider time) : IDisposable
{
    // Short enough that nobody looks at a clock when the server is back, long enough to disturb none that has trouble.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _stop = new();
    private string? _reason;

    /// <summary>Why the server is known to be down; null while it is not.</summary>
    public string? Reason => Volatile.Read(ref _reason);

    /// <summary>Takes note that the server did not answer.</summary>
    /// <param name="reason">What happened instead.</param>
    public void Begin(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            note(reason);
            _ = WatchAsync();
        }
    }

    /// <summary>Asks no longer.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task WatchAsync()
    {
        try
        {
            do
            {
                await Task.Delay(_pause, time, _stop.Token);
            }
            while (await ask() is not null);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Volatile.Write(ref _reason, null);
        note(null);
    }
}
