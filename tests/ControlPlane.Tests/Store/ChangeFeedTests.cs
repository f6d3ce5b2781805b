using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.Entities;
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
    public async Task Writers_InParallel_AreSeenByBothNodesInOneOrderAndNoneIsSkipped()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        await using var one = await RunningControlPlane.StartAsync(database);
        await using var other = await RunningControlPlane.StartAsync(database);
        var (seenByOne, seenByOther) = (Listen(one), Listen(other));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async writer =>
        {
            for (var i = 0; i < 10; i++)
            {
                await (writer % 2 is 0 ? one : other).PostAsync("/consumers", new() { ["username"] = $"c{writer}-{i}" });
            }
        }));

        await Wait.UntilAsync(() => seenByOne.Count is 60 && seenByOther.Count is 60, "both nodes have seen all changes");
        seenByOne.ShouldBe(seenByOther);
        seenByOne.Distinct().Count().ShouldBe(60);
    }

    [Fact]
    public async Task Change_WhileAnOlderTransactionIsOpen_IsPublishedAtOnceAndOrderedLater()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        await using var plane = await RunningControlPlane.StartAsync(database);
        var seen = Listen(plane);
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using (var open = await connection.BeginTransactionAsync())
        {
            var older = Guid.NewGuid();
            await using var insert = new NpgsqlCommand($"INSERT INTO change_log (kind, entity_id, op) VALUES ('consumers', '{older}', 'delete')", connection, open);
            await insert.ExecuteNonQueryAsync();
            await plane.PostAsync("/consumers", new() { ["username"] = "younger" });
            await PublishedAsync(plane, "younger");
            seen.ShouldBeEmpty();

            await open.CommitAsync();

            await Wait.UntilAsync(() => seen.Count is 2, "both changes are seen");
            seen.First().ShouldBe(older);
        }
    }

    private static ConcurrentQueue<Guid> Listen(RunningControlPlane plane)
    {
        var seen = new ConcurrentQueue<Guid>();
        plane.Services.GetRequiredService<ChangeFeed>().Changed += changes =>
        {
            foreach (var change in changes)
            {
                seen.Enqueue(change.Id);
            }
        };
        return seen;
    }

    private static Task PublishedAsync(RunningControlPlane plane, string name) => Wait.UntilAsync(
        () => Encoding.UTF8.GetString(plane.Publisher.Current!.ConfigTable.Span).Contains($"\"{name}\"", StringComparison.Ordinal), $"'{name}' is published");
}
