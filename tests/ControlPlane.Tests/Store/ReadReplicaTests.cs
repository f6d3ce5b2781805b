using System.Diagnostics;
using System.Net;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.Testing;
using Npgsql;

namespace Gateway.ControlPlane.Tests.Store;

/// <summary>Reads from a real streaming replica (<c>pg_ro_host</c>).</summary>
public sealed class ReadReplicaTests(ReadReplicaTests.Servers servers) : IClassFixture<ReadReplicaTests.Servers>
{
    private const string Reader = "reader";

    [Fact]
    public async Task Reads_AreServedByTheReplicaAsItsOwnUser()
    {
        var (plane, log) = await StartAsync();
        await using (plane)
        {
            await using var other = await RunningControlPlane.StartAsync(plane.Database);
            await servers.Replica.PauseAsync();

            // What another node writes is on the replica when the replica has it.
            await other.PostAsync("/services", new() { ["name"] = "others", ["host"] = "h.test" });
            (await plane.SendAsync(HttpMethod.Get, "/services/others")).Status.ShouldBe(HttpStatusCode.NotFound);
            (await NamesAsync(plane)).ShouldBeEmpty();
            await servers.Replica.ContinueAsync();
            await servers.Replica.CatchUpAsync();
            (await NamesAsync(plane)).ShouldBe(["others"]);

            await using var source = NpgsqlDataSource.Create(servers.Replica.ConnectionString("postgres") + ";Pooling=false");
            await using var command = source.CreateCommand($"SELECT count(*) FROM pg_stat_activity WHERE usename = '{Reader}' AND datname = '{plane.Database.Name}'");
            ((long)(await command.ExecuteScalarAsync())!).ShouldBeGreaterThan(0);
            log.Lines.ShouldNotContain(l => l.StartsWith("Warning", StringComparison.Ordinal) || l.StartsWith("Error", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Reads_AfterAWriteOfTheSameNode_ShowIt()
    {
        var (plane, _) = await StartAsync();
        await using (plane)
        {
            await servers.Replica.PauseAsync();
            var made = await plane.PostAsync("/services", new() { ["name"] = "own", ["host"] = "h.test" });
            (await plane.GetAsync("/services/own"))["id"]!.GetValue<string>().ShouldBe(made["id"]!.GetValue<string>());
            (await NamesAsync(plane)).ShouldBe(["own"]);
            await plane.SendAsync(HttpMethod.Delete, "/services/own");
            (await plane.SendAsync(HttpMethod.Get, "/services/own")).Status.ShouldBe(HttpStatusCode.NotFound);
            await servers.Replica.ContinueAsync();
        }
    }

    [Fact]
    public async Task Reads_ReplicaDownOrHanging_AreServedByTheMainServer_UntilItIsBack()
    {
        var (plane, log) = await StartAsync();
        await using (plane)
        {
            await plane.PostAsync("/services", new() { ["name"] = "kept", ["host"] = "h.test" });

            servers.Replica.Hang();
            try
            {
                var clock = Stopwatch.StartNew();
                (await NamesAsync(plane)).ShouldBe(["kept"]);
                clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5), "2 s are promised; this only catches a wait without a limit");
            }
            finally
            {
                servers.Replica.Resume();
            }

            await log.WaitForAsync("Warning", "pg_ro_host", "did not answer in time");
            await servers.Replica.StopAsync();
            (await NamesAsync(plane)).ShouldBe(["kept"]);

            await servers.Replica.StartAsync();
            await Wait.UntilAsync(
                async () =>
                {
                    await NamesAsync(plane);
                    return log.Lines.Any(l => l.Contains("serves again", StringComparison.Ordinal));
                },
                "the replica is read again");
        }
    }

    [Fact]
    public async Task Configuration_ReadFromAReplicaThatIsBehind_IsCompletedFromTheMainServer()
    {
        var (first, _) = await StartAsync();
        await using (first)
        {
            await servers.Replica.PauseAsync();
            await first.PostAsync("/services", new() { ["name"] = "late", ["host"] = "h.test" });

            // A node that starts now reads the whole configuration where this service is not yet.
            await using var second = await RunningControlPlane.StartAsync(first.Database, replica: ReplicaOf(first.Database));
            await Wait.UntilAsync(() => second.Publisher.Current?.ConfigHash == first.Publisher.Current?.ConfigHash, "both nodes publish the same");

            // And one for which the log does not reach back so far reads everything from the main server.
            await first.PostAsync("/services", new() { ["name"] = "later", ["host"] = "h.test" });
            await first.QueryAsync<long>("WITH gone AS (DELETE FROM change_log WHERE xid < (SELECT max(xid) FROM change_log) RETURNING 1) SELECT count(*) FROM gone");
            await using var third = await RunningControlPlane.StartAsync(first.Database, replica: ReplicaOf(first.Database));
            await Wait.UntilAsync(() => third.Publisher.Current?.ConfigHash == first.Publisher.Current?.ConfigHash, "both nodes publish the same");
            await servers.Replica.ContinueAsync();
        }
    }

    private static async Task<string[]> NamesAsync(RunningControlPlane plane) =>
        [.. (await plane.GetAsync("/services"))["data"]!.AsArray().Select(s => s!["name"]!.GetValue<string>())];

    private string ReplicaOf(TestDatabase database) => new NpgsqlConnectionStringBuilder(servers.Replica.ConnectionString(database.Name)) { Username = Reader }.ConnectionString;

    private async Task<(RunningControlPlane Plane, TestLog Log)> StartAsync()
    {
        var database = await RunningControlPlane.BootstrappedAsync(servers.Main);
        await using (var source = NpgsqlDataSource.Create(database.ConnectionString + ";Pooling=false"))
        await using (var command = source.CreateCommand($"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {Reader}"))
        {
            await command.ExecuteNonQueryAsync();
        }

        await servers.Replica.CatchUpAsync();
        var log = new TestLog();
        return (await RunningControlPlane.StartAsync(database, replica: ReplicaOf(database), log: log), log);
    }

    public sealed class Servers : IAsyncLifetime
    {
        public PostgresFixture Main { get; } = new();

        public PostgresReplica Replica { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            await Main.InitializeAsync();
            await using (var source = NpgsqlDataSource.Create(Main.ConnectionString("postgres") + ";Pooling=false"))
            await using (var command = source.CreateCommand($"CREATE USER {Reader}"))
            {
                await command.ExecuteNonQueryAsync();
            }

            Replica = new PostgresReplica(Main);
            await Replica.InitializeAsync();
        }

        public async Task DisposeAsync()
        {
            await Replica.DisposeAsync();
            await Main.DisposeAsync();
        }
    }
}
