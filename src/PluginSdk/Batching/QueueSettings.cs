using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.PluginSdk.Batching;

/// <summary>How entries wait until they are sent, and how long sending is tried.</summary>
public sealed record QueueSettings
{
    /// <summary>How many entries are sent at once.</summary>
    [Between(1, 1000000)] public int? MaxBatchSize { get; init; } = 1;

    /// <summary>How many seconds the first entry of a batch waits for others.</summary>
    [Between(0, 3600)] public double? MaxCoalescingDelay { get; init; } = 1;

    /// <summary>How many entries may wait; when there are more, the oldest are dropped.</summary>
    [Between(1, 1000000)] public int? MaxEntries { get; init; } = 10000;

    /// <summary>How many bytes may wait; null is without limit.</summary>
    public int? MaxBytes { get; init; }

    /// <summary>How many seconds sending is tried until a batch is given up.</summary>
    public double? MaxRetryTime { get; init; } = 60;

    /// <summary>How many seconds pass before the first retry; each further one waits twice as long.</summary>
    [Between(0.001, 1000000)] public double? InitialRetryDelay { get; init; } = 0.01;

    /// <summary>How many seconds pass at most before a retry.</summary>
    [Between(0.001, 1000000)] public double? MaxRetryDelay { get; init; } = 60;

    /// <summary>How many batches are sent at a time: 1, or -1 for each at once.</summary>
    [OneOf(-1, 1)] public int? ConcurrencyLimit { get; init; } = 1;

    /// <summary>These settings, or what an older configuration says in their place: all but the defaults of that time counts.</summary>
    /// <param name="queueSize">The older name of <see cref="MaxBatchSize"/>, once 1.</param>
    /// <param name="flushTimeout">The older name of <see cref="MaxCoalescingDelay"/>, once 2.</param>
    public QueueSettings Or(int? queueSize, double? flushTimeout) => this with
    {
        MaxBatchSize = queueSize is null or 1 ? MaxBatchSize : Math.Clamp(queueSize.Value, 1, 1_000_000),
        MaxCoalescingDelay = flushTimeout is null or 2 ? MaxCoalescingDelay : Math.Clamp(flushTimeout.Value, 0, 3600),
    };
}
