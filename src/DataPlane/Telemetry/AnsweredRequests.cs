using System.Collections.Concurrent;

namespace Gateway.DataPlane.Telemetry;

/// <summary>
/// The answered requests that nobody has counted yet. A request is only noted down, next to the one before it; who counts goes through many at once. To count at once would cost each
/// request a dozen looks at memory that nobody has touched for long, one after the other.
/// </summary>
/// <param name="count">Counts a batch; it is called by one thread at a time.</param>
internal sealed class AnsweredRequests(Action<ReadOnlySpan<AnsweredRequest>> count) : IThreadPoolWorkItem
{
    /// <summary>How many requests are counted at once at most.</summary>
    public const int BatchSize = 512;

    private const int MostSpare = 16;

    // Far apart, so that processors do not take each other's cache lines.
    private const int Stride = 16;

    private readonly Batch?[] _open = new Batch?[Environment.ProcessorCount * Stride];
    private readonly ConcurrentQueue<Batch> _full = new();
    private readonly ConcurrentQueue<Batch> _spare = new();
    private readonly Lock _counting = new();
    private int _queued;

    /// <summary>Notes a request down.</summary>
    /// <param name="request">The request.</param>
    public void Add(in AnsweredRequest request)
    {
        // Who takes the batch of the processor has it alone; whoever comes meanwhile takes another.
        ref var slot = ref _open[(uint)Thread.GetCurrentProcessorId() % (uint)Environment.ProcessorCount * Stride];
        var batch = Interlocked.Exchange(ref slot, null) ?? (_spare.TryDequeue(out var spare) ? spare : new Batch());
        batch.Add(request);
        if (batch.IsFull || Interlocked.CompareExchange(ref slot, batch, null) is not null)
        {
            _full.Enqueue(batch);
            if (Interlocked.Exchange(ref _queued, 1) is 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }
    }

    /// <summary>Counts all that was noted down, but for what is being noted down at this very moment, and reads the counts before anything is added to them.</summary>
    /// <typeparam name="T">What the counts are read as.</typeparam>
    /// <param name="read">Reads the counts.</param>
    public T CountAndRead<T>(Func<T> read)
    {
        lock (_counting)
        {
            for (var i = 0; i < _open.Length; i += Stride)
            {
                if (Interlocked.Exchange(ref _open[i], null) is { } batch)
                {
                    Count(batch);
                }
            }

            CountFull();
            return read();
        }
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _queued, 0);
        lock (_counting)
        {
            CountFull();
        }
    }

    private void CountFull()
    {
        while (_full.TryDequeue(out var batch))
        {
            Count(batch);
        }
    }

    private void Count(Batch batch)
    {
        count(batch.Requests);
        batch.Clear();
        if (_spare.Count < MostSpare)
        {
            _spare.Enqueue(batch);
        }
    }

    private sealed class Batch
    {
        private readonly AnsweredRequest[] _requests = new AnsweredRequest[BatchSize];
        private int _count;

        public bool IsFull => _count == BatchSize;

        public ReadOnlySpan<AnsweredRequest> Requests => _requests.AsSpan(0, _count);

        public void Add(in AnsweredRequest request) => _requests[_count++] = request;

        public void Clear()
        {
            // They would keep a former configuration in memory.
            Array.Clear(_requests, 0, _count);
            _count = 0;
        }
    }
}
