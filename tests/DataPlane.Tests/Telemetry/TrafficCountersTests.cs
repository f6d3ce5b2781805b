using System.Diagnostics;
using Gateway.DataPlane.Telemetry;
using Gateway.Sync.Telemetry;

namespace Gateway.DataPlane.Tests.Telemetry;

public class TrafficCountersTests
{
    [Fact]
    public async Task Counters_FromManyThreads_LoseNothing()
    {
        var counters = new TrafficCounters();
        var before = counters.Read();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counters.Record(200 + (i % 4 * 100), Stopwatch.Frequency / 1000);
            }
        })));

        var since = counters.Read().Since(before);
        since.Requests.ShouldBe(80_000);
        since.ByClass.ShouldBe([0, 20_000, 20_000, 20_000, 20_000]);
        LatencyBuckets.Percentile([.. since.Latency], 0.99).ShouldBe(1, 0.06);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(999)]
    [InlineData(-1)]
    public void Counters_OddStatus_IsCountedSomewhere(int status)
    {
        var counters = new TrafficCounters();
        counters.Record(status, -1);
        counters.Record(status, long.MaxValue);
        counters.Read().Requests.ShouldBe(2);
    }

    [Fact]
    public void Connections_OpenedAndClosed_AreTheDifference()
    {
        var counters = new TrafficCounters();
        counters.ConnectionOpened();
        counters.ConnectionOpened();
        counters.ConnectionClosed();
        counters.Connections.ShouldBe(1);

        counters.Began();
        counters.Began();
        counters.Record(200, 1);
        counters.Counts.ShouldBe(new ServerCounts(Accepted: 2, Active: 1, Busy: 1, Requests: 2));
        ((long)counters.Counts.Render()["connections_writing"]!, (long)counters.Counts.Render()["connections_waiting"]!).ShouldBe((1, 0));
    }
}
