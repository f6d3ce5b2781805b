namespace Gateway.DataPlane.Telemetry;

/// <summary>What is counted of one answered request, in one word, so that noting it down takes one look at memory.</summary>
internal readonly struct RequestNote
{
    /// <summary>How many numbers a note counts at most.</summary>
    public const int MostNumbers = 4;

    private const int FirstStatus = 100;
    private const int LastStatus = 599;

    // The status and whether the answer is the gateway's own; above them the three buckets, each one more than it is, so that 0 stands for none.
    private const int StatusBits = 10;
    private const int OwnBit = StatusBits;
    private const int LatencyAt = OwnBit + 1;
    private const int BucketBits = 9;
    private const int GatewayAt = LatencyAt + BucketBits;
    private const int UpstreamAt = GatewayAt + BucketBits;

    private readonly ulong _bits;

    private RequestNote(ulong bits) => _bits = bits;

    /// <summary>Notes a request down.</summary>
    /// <param name="status">The status of the answer; one that does not exist counts as the nearest.</param>
    /// <param name="isOwn">Whether the answer is the gateway's own.</param>
    /// <param name="latency">The bucket of its whole time.</param>
    /// <param name="gateway">The bucket of the time before it was handed to the upstream; -1 where it never was.</param>
    /// <param name="upstream">The bucket of the upstream's time; -1 where it gave no answer.</param>
    public RequestNote(int status, bool isOwn, int latency, int gateway, int upstream)
        : this((uint)Math.Clamp(status, FirstStatus, LastStatus) | (isOwn ? 1UL << OwnBit : 0) | Bucket(latency, LatencyAt) | Bucket(gateway, GatewayAt) | Bucket(upstream, UpstreamAt))
    {
    }

    /// <summary>What is counted of it for a consumer: the status, whoever answered, and the whole time.</summary>
    public RequestNote ForConsumer => new(_bits & ((1UL << GatewayAt) - 1) & ~(1UL << OwnBit));

    /// <summary>The numbers that it counts, as <see cref="CountTable"/> has them.</summary>
    /// <param name="numbers">Receives them; it has room for <see cref="MostNumbers"/>.</param>
    /// <returns>How many there are.</returns>
    public int Numbers(Span<int> numbers)
    {
        var kind = (_bits >> OwnBit & 1) is 1 ? CountKind.Own : CountKind.Codes;
        numbers[0] = ((int)kind * TakenCounts.KindSize) + (int)(_bits & ((1UL << StatusBits) - 1));
        var count = 1;
        Add(CountKind.Latency, LatencyAt, numbers, ref count);
        Add(CountKind.Gateway, GatewayAt, numbers, ref count);
        Add(CountKind.Upstream, UpstreamAt, numbers, ref count);
        return count;
    }

    private static ulong Bucket(int bucket, int at) => (ulong)(uint)(bucket + 1) << at;

    private void Add(CountKind kind, int at, Span<int> numbers, ref int count)
    {
        var bucket = (int)(_bits >> at & ((1UL << BucketBits) - 1));
        if (bucket > 0)
        {
            numbers[count++] = ((int)kind * TakenCounts.KindSize) + bucket - 1;
        }
    }
}
