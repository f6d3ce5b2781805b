using Microsoft.Extensions.Logging;

namespace Gateway.PluginSdk.Batching;

/// <summary>Sends a batch; null when that went well, otherwise why it did not.</summary>
/// <param name="entries">The entries, the oldest first.</param>
/// <param name="cancellation">Ends the sending.</param>
public delegate Task<string?> BatchSender(IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancellation);

/// <summary>
/// Entries that wait until they are sent in batches, and again until that went well. Requests never wait for it: when too much is waiting, the oldest entries are dropped,
/// and the log says how many. Nothing runs while nothing waits.
/// </summary>
public sealed partial class BatchQueue
{
    private static readonly Task _never = new TaskCompletionSource().Task;

    private readonly Lock _lock = new();
    private readonly Queue<ReadOnlyMemory<byte>> _waiting = new();
    private readonly QueueSettings _settings;
    private readonly BatchQueues _owner;
    private readonly BatchSender _send;
    private readonly string _name;
    private TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private long _dropped;
    private bool _pumps;

    internal BatchQueue(BatchQueues owner, string name, QueueSettings settings, BatchSender send) => (_owner, _name, _settings, _send) = (owner, name, settings, send);

    private int BatchSize => _settings.MaxBatchSize ?? 1;

    /// <summary>Adds an entry; it returns at once.</summary>
    /// <param name="entry">The entry's bytes, which must not change any more.</param>
    public void Add(ReadOnlyMemory<byte> entry)
    {
        lock (_lock)
        {
            if (entry.Length > (_settings.MaxBytes ?? int.MaxValue))
            {
                _dropped++;
                return;
            }

            while (_waiting.Count > 0 && (_waiting.Count >= (_settings.MaxEntries ?? 10_000) || _bytes + entry.Length > (_settings.MaxBytes ?? long.MaxValue)))
            {
                _bytes -= _waiting.Dequeue().Length;
                _dropped++;
            }

            _waiting.Enqueue(entry);
            _bytes += entry.Length;
            if (_waiting.Count >= BatchSize)
            {
                _full.TrySetResult();
            }

            if (_pumps)
            {
                return;
            }

            _pumps = true;
        }

        _owner.Run(PumpAsync);
    }

    private async Task PumpAsync()
    {
        while (await NextAsync() is { Count: > 0 } batch)
        {
            if (_settings.ConcurrencyLimit is -1)
            {
                _owner.Run(() => SendAsync(batch));
            }
            else
            {
                await SendAsync(batch);
            }
        }
    }

    /// <summary>Takes the next batch, once it is full or its first entry has waited long enough; none when nothing waits, and then the pump ends.</summary>
    private async Task<List<ReadOnlyMemory<byte>>> NextAsync()
    {
        Task full;
        lock (_lock)
        {
            if (_waiting.Count is 0)
            {
                _pumps = false;
                return [];
            }

            if (_waiting.Count < BatchSize)
            {
                _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            full = _waiting.Count < BatchSize ? _full.Task : Task.CompletedTask;
        }

        await _owner.DelayAsync(TimeSpan.FromSeconds(_settings.MaxCoalescingDelay ?? 1), full);
        var batch = new List<ReadOnlyMemory<byte>>();
        long dropped;
        lock (_lock)
        {
            while (batch.Count < BatchSize && _waiting.TryDequeue(out var entry))
            {
                _bytes -= entry.Length;
                batch.Add(entry);
            }

            (dropped, _dropped) = (_dropped, 0);
        }

        if (dropped > 0)
        {
            Log.Dropped(_owner.Logger, _name, dropped);
        }

        return batch;
    }

    private async Task SendAsync(List<ReadOnlyMemory<byte>> batch)
    {
        var started = _owner.Time.GetTimestamp();
        var delay = TimeSpan.FromSeconds(_settings.InitialRetryDelay ?? 0.01);
        var longest = TimeSpan.FromSeconds(_settings.MaxRetryDelay ?? 60);
        for (var tries = 1; ; tries++)
        {
            if (await TryAsync(batch) is not { } failure)
            {
                return;
            }

            if (_owner.Time.GetElapsedTime(started) + delay > TimeSpan.FromSeconds(_settings.MaxRetryTime ?? 60) || _owner.IsStopping)
            {
                Log.GivenUp(_owner.Logger, _name, batch.Count, tries, failure);
                return;
            }

            Log.Failed(_owner.Logger, _name, failure);
            await _owner.DelayAsync(delay, _never);
            delay = delay * 2 < longest ? delay * 2 : longest;
        }
    }

    private async Task<string?> TryAsync(List<ReadOnlyMemory<byte>> batch)
    {
        try
        {
            return await _send(batch, _owner.Ended);
        }
        catch (OperationCanceledException)
        {
            return "it took too long";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Queue}: too much was waiting, {Count} entries were dropped")]
        public static partial void Dropped(ILogger logger, string queue, long count);

        [LoggerMessage(LogLevel.Error, "{Queue}: {Count} entries are given up after {Tries} tries: {Reason}")]
        public static partial void GivenUp(ILogger logger, string queue, int count, int tries, string reason);

        [LoggerMessage(LogLevel.Warning, "{Queue}: sending failed and is tried again: {Reason}")]
        public static partial void Failed(ILogger logger, string queue, string reason);
    }
}
