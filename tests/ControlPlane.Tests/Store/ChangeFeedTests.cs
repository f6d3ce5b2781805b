using System.Diagnostics;
using System.Text;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gateway.ControlPlane.Tests.Store;

public sealed class ChangeFeedTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Change_ReachesThePublisherOfBothNodes()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        await using var one = await RunningControlPlane.StartAsync(database);
        await using var other = await RunningControlPlane.StartAsync(database);
        await one.PostAsync("/services", new() { ["name"] = "warm", ["host"] = "h.test" });
        await Task.WhenAll(PublishedAsync(one, "warm"), PublishedAsync(other, "warm"));

        await one.PostAsync("/services", new() { ["name"] = "now", ["host"] = "h.test" });
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(PublishedAsync(one, "now"), PublishedAsync(other, "now"));

        // 200 ms on an idle machine; a slow poll would be 5 s.
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(4));
        one.Publisher.Current!.ConfigHash.ShouldBe(other.Publisher.Current!.ConfigHash);
    }

    [Fact]
    public async Task Writers_InParallel_LeadBothNodesToTheSameVersionWithAllOfTheirChanges()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        await using var one = await RunningControlPlane.StartAsync(database);
        await using var other = await RunningControlPlane.StartAsync(database);
        await one.PostAsync("/consumers", new() { ["username"] = "first" });
        await Wait.UntilAsync(() => Consumers(one) is 1 && one.Publisher.Image!.Pending.IsEmpty, "the first change is published");
        var before = one.Publisher.Image!.Version;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async writer =>
        {
            for (var i = 0; i < 10; i++)
            {
                await (writer % 2 is 0 ? one : other).PostAsync("/consumers", new() { ["username"] = $"c{writer}-{i}" });
            }
        }));

        await Wait.UntilAsync(() => Consumers(one) is 61 && Consumers(other) is 61, "both nodes have all changes");
        await Wait.UntilAsync(() => one.Publisher.Image!.Version == other.Publisher.Image!.Version, "both nodes call it the same");
        foreach (var node in new[] { one, other })
        {
            node.Publisher.Image!.ChangedSince(before)!.Count.ShouldBe(60);
            node.Publisher.Image.ChangedSince(before with { Cluster = 0 }).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Change_WhileAnOlderTransactionIsOpen_IsPublishedAtOnceAndToldAgainWithTheOlder()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        await using var plane = await RunningControlPlane.StartAsync(database);
        await plane.PostAsync("/consumers", new() { ["username"] = "first" });
        await Wait.UntilAsync(() => Consumers(plane) is 1, "the first change is published");
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using (var open = await connection.BeginTransactionAsync())
        {
            var older = Guid.NewGuid();
            await using var insert = new NpgsqlCommand($"INSERT INTO change_log (kind, entity_id, op) VALUES ('consumers', '{older}', 'delete')", connection, open);
            await insert.ExecuteNonQueryAsync();
            var before = plane.Publisher.Image!.Version;
            await plane.PostAsync("/consumers", new() { ["username"] = "younger" });
            await Wait.UntilAsync(() => Consumers(plane) is 2, "the change is published though an older transaction is open");
            var between = plane.Publisher.Image!.Version;
            (between.Transaction, between.Pending).ShouldBe((before.Transaction, 1));

            await open.CommitAsync();

            await Wait.UntilAsync(() => plane.Publisher.Image!.Version.Pending is 0, "both changes are settled");
            string.CompareOrdinal(plane.Publisher.Image!.Version.ToString(), between.ToString()).ShouldBeGreaterThan(0);
            plane.Publisher.Image.ChangedSince(between)!.ShouldContain(("consumers", older));
            plane.Publisher.Image.ChangedSince(between)!.Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task Log_TooLongOrTooOld_IsCompactedToWholeTransactionsAndNeverToNothing()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        for (var i = 0; i < 5; i++)
        {
            await plane.PostAsync("/consumers", new() { ["username"] = $"c{i}" });
        }

        // With the one that the node began the log with there are six.
        var source = plane.Services.GetRequiredService<NpgsqlDataSource>();
        (await new ChangeLog(source, new StoreOptions { ChangeLogSize = 2 }, TimeProvider.System).CompactAsync(default)).ShouldBe(3);
        (await new ChangeLog(source, new StoreOptions { ChangeLogAge = TimeSpan.FromDays(-1) }, TimeProvider.System).CompactAsync(default)).ShouldBe(2);
        (await new ChangeLog(source, new StoreOptions { ChangeLogAge = TimeSpan.FromDays(-1) }, TimeProvider.System).CompactAsync(default)).ShouldBe(0);

        await using var next = await RunningControlPlane.StartAsync(plane.Database);
        next.Publisher.Image!.Version.ShouldBe(plane.Publisher.Image!.Version);
        next.Publisher.Image.ChangedSince(next.Publisher.Image.Version)!.ShouldBeEmpty();
        next.Publisher.Image.ChangedSince(next.Publisher.Image.Version with { Transaction = 1 }).ShouldBeNull();
    }

    private static int Consumers(RunningControlPlane plane) => plane.Publisher.Image!.Tables.Single(t => t.Kind is "consumers").Rows.Count;

    private static Task PublishedAsync(RunningControlPlane plane, string name) => Wait.UntilAsync(
        () => Encoding.UTF8.GetString(plane.Publisher.Current!.ConfigTable.Span).Contains($"\"{name}\"", StringComparison.Ordinal), $"'{name}' is published");
}
