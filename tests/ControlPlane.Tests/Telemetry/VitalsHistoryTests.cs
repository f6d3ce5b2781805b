using Gateway.ControlPlane.Telemetry;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.ControlPlane.Tests.Clustering;
using Gateway.Sync.Telemetry;
using Gateway.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gateway.ControlPlane.Tests.Telemetry;

/// <summary>The history in a real database: what several control planes count, add up and forget.</summary>
public sealed class VitalsHistoryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly Guid _node = Guid.NewGuid();
    private static readonly Guid _route = Guid.NewGuid();
    private static readonly Guid _service = Guid.NewGuid();

    private readonly ManualTime _time = new();
    private NpgsqlDataSource _database = null!;
    private VitalsRows _rows = null!;

    public async Task InitializeAsync()
    {
        _database = NpgsqlDataSource.Create((await RunningControlPlane.BootstrappedAsync(postgres)).ConnectionString);
        _rows = new VitalsRows(_database);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Minutes_OfTwoControlPlanes_AreAddedUpWithTheirHistograms()
    {
        var at = EndOf(_time.GetUtcNow().ToUnixTimeSeconds(), Step.Minute);
        await CountAsync(at, (200, 90, 10_000));
        await CountAsync(at, (503, 10, 1_000_000));

        var minute = (await _rows.ReadAsync(new Series(SeriesKind.Route, _route), Step.Minute, at - 60, at, default)).ShouldHaveSingleItem();
        minute.Key.ShouldBe(at);
        var sample = minute.Value.ToSample(at);
        (sample.Requests, sample.Successful, sample.ServerErrors).ShouldBe((100, 90, 10));
        sample.P50.ShouldBe(10, 0.7);
        sample.P95.ShouldBe(1000, 70);
        // One plane that was seen twice is one plane; two control planes with one each are two.
        (await _rows.ReadAsync(new Series(SeriesKind.Node, _node), Step.Minute, at - 60, at, default))[at].Connections.ShouldBe(5);
        (await _rows.ReadAsync(Series.Cluster, Step.Minute, at - 60, at, default))[at].Connections.ShouldBe(10);
        (await _rows.TopAsync(SeriesKind.Service, Step.Minute, at - 60, at, 10, default)).ShouldHaveSingleItem().Series.Id.ShouldBe(_service);
    }

    [Fact]
    public async Task Hours_AddedUpTwice_CountOnceAndKeepTheHighestOfTheRest()
    {
        var hour = EndOf(_time.GetUtcNow().ToUnixTimeSeconds(), Step.Hour);
        await CountAsync(hour - 3540, (200, 5, 1000));
        await CountAsync(hour, (200, 7, 1000));
        await _rows.AddUpAsync(hour, default);
        await _rows.AddUpAsync(hour, default);

        var sum = (await _rows.ReadAsync(Series.Cluster, Step.Hour, hour - 3600, hour, default))[hour];
        (sum.Requests, sum.Connections).ShouldBe((12, 5));
        (await _rows.NewestHourAsync(default)).ShouldBe(hour);

        await _rows.PruneAsync(Step.Minute, hour - 3540, default);
        (await _rows.ReadAsync(Series.Cluster, Step.Minute, hour - 3600, hour, default)).Keys.ShouldBe([hour]);
        await _rows.PruneAsync(Step.Hour, hour, default);
        (await _rows.NewestHourAsync(default)).ShouldBe(0);
    }

    [Fact]
    public async Task Writer_MinuteAfterMinute_StoresAddsUpAndForgets()
    {
        var vitals = new Vitals(_time);
        var writer = new VitalsWriter(vitals, _rows, new WorkTimes(_time), _time, NullLogger<VitalsWriter>.Instance);
        var history = new VitalsHistory(vitals, _rows, _time);
        var old = EndOf(_time.GetUtcNow().ToUnixTimeSeconds(), Step.Hour) - (25 * Step.Hour);
        await CountAsync(old, (200, 1, 1000));
        await writer.StartAsync(default);

        // Three hours, with one second in each minute.
        _time.Advance(TimeSpan.FromSeconds(60 - (_time.GetUtcNow().ToUnixTimeSeconds() % 60) + 1));
        for (var i = 0; i < 180; i++)
        {
            vitals.Record(_node, "n", Report(200, 2, 1000));
            vitals.Tick();
            _time.Advance(TimeSpan.FromMinutes(1));
            await Wait.UntilAsync(() => vitals.Closed.Count is 0, "the minute is taken");
        }

        await Wait.UntilAsync(async () => (await _rows.ReadAsync(Series.Cluster, Step.Minute, 0, long.MaxValue >> 24, default)).Values.Sum(t => t.Requests) >= 2 * 178, "the minutes are stored");
        await Wait.UntilAsync(async () => (await _rows.ReadAsync(Series.Cluster, Step.Hour, 0, long.MaxValue >> 24, default)).Count >= 2, "hours are added up");
        await Wait.UntilAsync(async () => (await _rows.ReadAsync(Series.Cluster, Step.Minute, 0, old, default)).Count is 0, "the old minute is forgotten");

        // The running hour is there before anyone adds it up, and nothing counts twice.
        await writer.StopAsync(default);
        var hours = await history.ReadAsync(Series.Cluster, new VitalsQuery("hours", 0, _time.GetUtcNow().ToUnixTimeSeconds() + Step.Hour, 10), default);
        hours.Value!.Sum(h => h.Requests).ShouldBeInRange(2 * 180, (2 * 180) + 1);
        vitals.Seconds(Series.Cluster, 0, long.MaxValue).Count.ShouldBeLessThanOrEqualTo(VitalsBook.Kept);
    }

    [Fact]
    public async Task Writer_DatabaseAway_KeepsTheMinuteAndStoresItLater()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        var vitals = new Vitals(_time);
        var log = new TestLog();
        using var writer = new VitalsWriter(vitals, new VitalsRows(nowhere), new WorkTimes(_time), _time, log.Factory().CreateLogger<VitalsWriter>());
        await writer.StartAsync(default);
        vitals.Record(_node, "n", Report(200, 1, 1000));
        vitals.Tick();
        _time.Advance(TimeSpan.FromMinutes(1));
        vitals.Tick();
        await log.WaitForAsync("Warning The history of the traffic cannot be stored");
        vitals.Seconds(Series.Cluster, 0, long.MaxValue).Count.ShouldBe(2);
        await writer.StopAsync(default).WaitAsync(Wait.Patience);
    }

    [Fact]
    public void Blob_OfAnyCounts_IsReadAsItWasWritten()
    {
        var counts = new long[LatencyBuckets.Count];
        (counts[0], counts[7], counts[200], counts[^1]) = (1, 127, 128, 123_456_789_012);
        var blob = LatencyBlob.Write(counts);
        LatencyBlob.Read(blob).ShouldBe(PackedCounts.Pack(counts));
        LatencyBlob.Read(blob.AsSpan(0, blob.Length - 2)).Count.ShouldBe(6);
        blob.Length.ShouldBeLessThan(20);
    }

    private async Task CountAsync(long at, (int Status, long Count, long Microseconds) requests)
    {
        var book = new VitalsBook();
        book.Record(_node, Report(requests.Status, requests.Count, requests.Microseconds));
        var minute = book.Tick(at, 5, 100).Minute.ShouldNotBeNull();
        await _rows.WriteAsync(Step.Minute, at, Guid.NewGuid(), [.. minute.Tallies], default);
    }

    private static NodeVitals Report(int status, long count, long microseconds) => new()
    {
        Successful = status < 500 ? count : 0,
        ServerErrors = status >= 500 ? count : 0,
        Latency = [LatencyBuckets.IndexOf(microseconds), count],
        Connections = 5,
        MemoryBytes = 100,
        Routes = [new RouteVitals { Id = _route, Service = _service, Codes = [status, count], Latency = [LatencyBuckets.IndexOf(microseconds), count] }],
    };

    private static long EndOf(long at, int step) => (at + step - 1) / step * step;
}
