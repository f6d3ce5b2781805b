using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.PluginSdk.Counters;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gateway.ControlPlane.Tests.Store;

public sealed class DatabaseCountersTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Sum = "SELECT coalesce(sum(value), 0)::bigint FROM ratelimiting_metrics WHERE period LIKE ";
    private static readonly DateTimeOffset _now = new(2026, 11, 20, 18, 53, 32, TimeSpan.Zero);
    private static readonly WindowLimit[] _limits = [new(Period.Minute, 30), new(Period.Hour, 100)];
    private readonly CounterKey _key = new(Guid.NewGuid(), Guid.Empty, "127.0.0.1");

    [Fact]
    public async Task TryTake_ManyAtOnceOnTwoNodes_LetsExactlyTheLimitThrough()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        using var one = Counters(database);
        using var two = Counters(database);

        var counted = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 is 0 ? one : two).TryTakeAsync(_key, _limits, _now).AsTask()));

        counted.ShouldAllBe(c => c.Failure == null);
        counted.Count(c => c.Passes).ShouldBe(30);
        (await one.TryTakeAsync(_key, _limits, _now.AddMinutes(1))).Passes.ShouldBeTrue("a window begins with the minute");
    }

    [Fact]
    public async Task TryTake_Refused_IsCountedInNoWindow()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        using var counters = Counters(database);
        WindowLimit[] limits = [new(Period.Second, 0.5), new(Period.Month, 10)];

        var passed = await counters.TryTakeAsync(_key, limits, _now);
        var refused = await counters.TryTakeAsync(_key, limits, _now);

        (passed.Passes, passed.Left[0], passed.Left[1]).ShouldBe((true, -0.5, 9));
        (refused.Passes, refused.Left[0], refused.Left[1]).ShouldBe((false, -0.5, 9));
        (await QueryAsync(database, Sum + "'second'")).ShouldBe(1);
        (await QueryAsync(database, "SELECT extract(epoch FROM period_date)::bigint FROM ratelimiting_metrics WHERE period = 'month'")).ShouldBe(1793491200);
        (await QueryAsync(database, "SELECT extract(epoch FROM ttl)::bigint FROM ratelimiting_metrics WHERE period = 'month'")).ShouldBe(1793491200 + (31 * 86_400));
    }

    [Fact]
    public async Task Take_OfSomethingNamed_IsCountedApart()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        using var counters = Counters(database);
        var video = _key with { Name = "video" };
        (await counters.LookAsync(video, _limits, _now)).Left.ShouldBe([30, 100]);

        await counters.TakeAsync(video, _limits, _now, 40);

        (await counters.LookAsync(video, _limits, _now)).Left.ShouldBe([-10, 60]);
        (await counters.LookAsync(_key with { Name = "image" }, _limits, _now)).Left.ShouldBe([30, 100]);
        (await QueryAsync(database, Sum + "'video_minute'")).ShouldBe(40);
    }

    [Fact]
    public async Task Expire_DeletesTheCountersWhoseWindowsAreOver()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        using var counters = Counters(database);
        await counters.TryTakeAsync(_key, _limits, _now);

        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await DatabaseCounters.ExpireAsync(source, _now.AddMinutes(2), default);

        (await QueryAsync(database, Sum + "'minute'")).ShouldBe(0);
        (await QueryAsync(database, Sum + "'hour'")).ShouldBe(1);
    }

    private static DatabaseCounters Counters(TestDatabase database) => new(database.ConnectionString, TimeProvider.System, NullLogger<DatabaseCounters>.Instance);

    private static async Task<long> QueryAsync(TestDatabase database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

public sealed class DatabaseCountersOutageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Counters_OfADatabaseThatIsGone_FailAtOnceUntilItIsBack()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        using var counters = new DatabaseCounters(database.ConnectionString, TimeProvider.System, NullLogger<DatabaseCounters>.Instance);
        var key = new CounterKey(Guid.Empty, Guid.Empty, "somebody");
        WindowLimit[] limits = [new(Period.Year, 10)];
        (await counters.TryTakeAsync(key, limits, DateTimeOffset.UtcNow)).Passes.ShouldBeTrue();

        postgres.Hang();
        (await counters.TryTakeAsync(key, limits, DateTimeOffset.UtcNow)).Failure.ShouldNotBeNull();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var others = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => counters.TryTakeAsync(key, limits, DateTimeOffset.UtcNow).AsTask()));
        others.ShouldAllBe(c => c.Failure != null);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(1), "it is known to be down");
        postgres.Resume();

        await Wait.UntilAsync(async () => (await counters.TryTakeAsync(key, limits, DateTimeOffset.UtcNow)).Passes, "the database counts again");
    }
}
