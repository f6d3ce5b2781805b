using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.PluginSdk.Batching;

/// <summary>The queues of a node; when it stops, what waits in them is sent at once, for a few seconds at most.</summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Takes note of what is lost.</param>
public sealed class BatchQueues(TimeProvider time, ILogger<BatchQueues> logger) : IAsyncDisposable
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _ended = new();

    internal TimeProvider Time => time;

    internal ILogger Logger => logger;

    internal bool IsStopping => _stopping.IsCancellationRequested;

    internal CancellationToken Ended => _ended.Token;

    /// <summary>Makes a queue.</summary>
    /// <param name="name">What the log calls it.</param>
    /// <param name="settings">How entries wait.</param>
    /// <param name="send">Sends a batch.</param>
    public BatchQueue Create(string name, QueueSettings settings, BatchSender send) => new(this, name, settings, send);

    /// <summary>Sends what waits, within five seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _ended.CancelAfter(_grace);
        while (_running.Keys.FirstOrDefault() is { } task)
        {
            await task;
        }

        _stopping.Dispose();
        _ended.Dispose();
    }

    /// <summary>Runs work that the node waits for when it stops.</summary>
    internal void Run(Func<Task> work)
    {
        var task = Task.Run(work);
        _running[task] = true;
        task.ContinueWith(t => _running.TryRemove(t, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits until a time has passed, something has happened, or the node stops.</summary>
    internal async Task DelayAsync(TimeSpan delay, Task until)
    {
        if (until.IsCompleted || delay == TimeSpan.Zero || IsStopping)
        {
            return;
        }

        using var passed = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        await Task.WhenAny(until, Task.Delay(delay, time, passed.Token));
        await passed.CancelAsync();
    }
}
