using Gateway.Sync.Telemetry;

namespace Gateway.Sync.Tests;

public class LatencyBucketsTests
{
    [Fact]
    public void Bucket_AnyLatency_IsWithinSixPercent()
    {
        var last = -1;
        for (var value = 1L; value < 100_000_000; value += 1 + (value / 7))
        {
            var index = LatencyBuckets.IndexOf(value);
            index.ShouldBeGreaterThanOrEqualTo(last);
            last = index;
            LatencyBuckets.Milliseconds(index).ShouldBe(value / 1000d, (value / 1000d * 0.0625) + 0.0005);
        }

        LatencyBuckets.IndexOf(long.MaxValue).ShouldBe(LatencyBuckets.Count - 1);
        LatencyBuckets.IndexOf(-1).ShouldBe(0);
    }

    [Fact]
    public void Percentile_OfThousandEvenLatencies_IsTheirRank()
    {
        var counts = new long[LatencyBuckets.Count];
        for (var ms = 1; ms <= 1000; ms++)
        {
            counts[LatencyBuckets.IndexOf(ms * 1000)]++;
        }

        LatencyBuckets.Percentile(counts, 0.5).ShouldBe(500, 31);
        LatencyBuckets.Percentile(counts, 0.95).ShouldBe(950, 60);
        LatencyBuckets.Percentile(new long[LatencyBuckets.Count], 0.5).ShouldBe(0);
    }

    [Fact]
    public void NodeVitals_SentAndRead_KeepsItsCounts()
    {
        var counts = new long[LatencyBuckets.Count];
        counts[3] = 7;
        counts[^1] = 1;
        var sent = new NodeVitals { At = 5, Successful = 7, ServerErrors = 1, Connections = 2, MemoryBytes = 9, Latency = PackedCounts.Pack(counts) };

        var read = NodeVitals.Parse(sent.ToMessage()).ShouldNotBeNull();
        var added = new long[LatencyBuckets.Count];
        PackedCounts.AddTo(read.Latency, added);
        added.ShouldBe(counts);
        read.Requests.ShouldBe(8);
        NodeVitals.Parse("x"u8).ShouldBeNull();
    }
}
