using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.Hosting.Logging;
using Gateway.Testing;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>A whole control plane and whole data planes, change by change: what is written at one end is served at the other.</summary>
public sealed class DeltaSyncTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.Cluster();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-deltas-");

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Changes_AreServedOneByOne_AndOutliveARestart()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await PublishAsync(cluster, "first", 418);
        await using (var plane = cluster.Plane(Folder))
        {
            await plane.StartAsync();
            await plane.WaitForAsync(cluster.Version);
            (await plane.GetAsync("/first")).ShouldBe(418);
            (await plane.GetAsync("/second")).ShouldBe(404);

            await PublishAsync(cluster, "second", 419);
            await plane.WaitForAsync(cluster.Version);
            (await plane.GetAsync("/second")).ShouldBe(419);
            await cluster.ChangeAsync(HttpMethod.Patch, "/routes/first", new() { ["paths"] = new JsonArray("/moved") });
            await plane.WaitForAsync(cluster.Version);
            ((await plane.GetAsync("/first")), await plane.GetAsync("/moved")).ShouldBe((404, 418));
            await cluster.ChangeAsync(HttpMethod.Delete, "/routes/second");
            await plane.WaitForAsync(cluster.Version);
            (await plane.GetAsync("/second")).ShouldBe(404);
            plane.Log.Lines.Count(l => l.Contains("rows in use after", StringComparison.Ordinal)).ShouldBe(1);
            await Wait.UntilAsync(() => cluster.Registry.Find(plane.Id)?.ConfigHash == cluster.Version, "the control plane knows what is in use");
        }

        await using var again = cluster.Plane(Folder);
        (await StartedAsync(again)).Applier.Version.ShouldBe(cluster.Version);
        (await again.GetAsync("/moved")).ShouldBe(418);
        await PublishAsync(cluster, "third", 420);
        await again.WaitForAsync(cluster.Version);
        (await again.GetAsync("/third")).ShouldBe(420);
        again.Log.Lines.ShouldNotContain(l => l.Contains("rows in use after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ChangeThatCannotBeUsed_IsRefusedWholeAndNamed_AndTheNextGoodOneIsServed()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await PublishAsync(cluster, "good", 418);
        await using var plane = await StartedAsync(cluster.Plane(Folder));
        await plane.WaitForAsync(cluster.Version);
        var good = cluster.Version;
        using var live = await EventReader.OpenAsync(cluster.Admin, "/clustering/data-planes/live");

        // What the Admin API would never take: written around it, as a fault of the database would.
        await ExecuteAsync(cluster, $"INSERT INTO change_log (kind, entity_id, op) SELECT 'routes', id, 'upsert' FROM routes; UPDATE routes SET paths = ARRAY['~(']");
        await live.UntilAsync(e => e["data"]!.AsArray().Any(p => ((string?)p!["problem"])?.StartsWith("routes ", StringComparison.Ordinal) is true && ((string)p["problem"]!).Contains("paths", StringComparison.Ordinal)));
        plane.Status.ConfigHash.ShouldBe(good);
        plane.Applier.Version.ShouldBe(good);
        (await plane.GetAsync("/good")).ShouldBe(418);

        await cluster.ChangeAsync(HttpMethod.Patch, "/routes/good", new() { ["paths"] = new JsonArray("/better") });
        await plane.WaitForAsync(cluster.Version);
        (await plane.GetAsync("/better")).ShouldBe(418);
        await live.UntilAsync(e => e["data"]!.AsArray().Any(p => p!["problem"] is null && (bool?)p["in_sync"] is true));
    }

    [Fact]
    public async Task ControlPlaneWithoutCalls_IsTakenPushesFrom()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        foreach (var (rpc, sync) in new[] { (false, false), (true, false) })
        {
            await using var cluster = await RunningCluster.StartAsync(database, _certificate, o => o with { Rpc = rpc, RpcSync = sync });
            var path = $"pushed-{rpc}".ToLowerInvariant();
            await PublishAsync(cluster, path, 418);
            await using var plane = await StartedAsync(cluster.Plane(Path.Combine(Folder, path)));
            await Wait.UntilAsync(() => plane.Status.Connected && plane.Status.ConfigHash == cluster.Publisher.Current!.ConfigHash, "the configuration is pushed");
            (await plane.GetAsync($"/{path}")).ShouldBe(418);
            plane.Applier.Version.ShouldBe(Gateway.Sync.ConfigHashes.Zeros);
        }
    }

    [Fact]
    public async Task ControlPlaneThatLearnsCalls_IsTakenChangesFrom()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        await using var old = await RunningCluster.StartAsync(database, _certificate, o => o with { Rpc = false });
        await PublishAsync(old, "first", 418);
        await using (var before = await StartedAsync(old.Plane(Folder)))
        {
            await Wait.UntilAsync(() => before.Status.ConfigHash == old.Publisher.Current!.ConfigHash, "the configuration is pushed");
        }

        await using var cluster = await RunningCluster.StartAsync(database, _certificate);
        await using var plane = await StartedAsync(cluster.Plane(Folder));
        await plane.WaitForAsync(cluster.Version);
        (await plane.GetAsync("/first")).ShouldBe(418);
    }

    [Fact]
    public async Task Change_OnOneControlPlane_ReachesThePlanesOfBoth_AndAPlaneThatMovesTakesOnlyWhatItLacks()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        await using var other = await RunningCluster.StartAsync(database, _certificate);
        await using var stays = await StartedAsync(other.Plane(Path.Combine(Folder, "stays")));
        await using (var one = await RunningCluster.StartAsync(database, _certificate))
        {
            await using var moves = await StartedAsync(one.Plane(Path.Combine(Folder, "moves")));
            await PublishAsync(one, "first", 418);
            await Task.WhenAll(moves.WaitForAsync(one.Version), stays.WaitForAsync(one.Version));
            (await stays.GetAsync("/first"), await moves.GetAsync("/first")).ShouldBe((418, 418));
        }

        await PublishAsync(other, "second", 419);
        await stays.WaitForAsync(other.Version);
        await using var moved = await StartedAsync(other.Plane(Path.Combine(Folder, "moves")));
        await moved.WaitForAsync(other.Version);
        (await moved.GetAsync("/second"), await stays.GetAsync("/second")).ShouldBe((419, 419));
        moved.Log.Lines.ShouldNotContain(l => l.Contains("rows in use after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LogLevel_OfADataPlane_IsShownAndChangedForATime()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        var threshold = new LogThreshold("warn");
        await using var plane = await StartedAsync(cluster.Plane(Folder, o => o with { LogThreshold = threshold }));
        await Wait.UntilAsync(() => plane.Status.Connected, "the plane is connected");
        var path = $"/clustering/data-planes/{plane.Id}/log-level";

        (await cluster.Admin.GetStringAsync(path)).ShouldBe("""{"current_level":"warn","original_level":"warn","timeout":0}""");
        (await PutAsync("""{"current_level":"debug","timeout":3600}""")).ShouldBe((201, ""));
        threshold.Level.ShouldBe(LogLevel.Debug);
        (await cluster.Admin.GetStringAsync(path)).ShouldStartWith("""{"current_level":"debug","original_level":"warn","timeout":3""");
        (await cluster.Admin.DeleteAsync(path)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NoContent);
        threshold.Level.ShouldBe(LogLevel.Warning);
        (await PutAsync("""{"current_level":"loud"}""")).Status.ShouldBe(400);
        (await PutAsync("{}")).ShouldBe((400, """{"message":"Required parameter \"current_level\" is missing."}"""));
        ((int)(await cluster.Admin.GetAsync($"/clustering/data-planes/{Guid.NewGuid()}/log-level")).StatusCode).ShouldBe(404);

        async Task<(int Status, string Body)> PutAsync(string body)
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var response = await cluster.Admin.PutAsync(path, content);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    private string Folder => Path.Combine(_folder.FullName, "dbless.lmdb");

    private static async Task<RunningPlane> StartedAsync(RunningPlane plane)
    {
        await plane.StartAsync();
        return plane;
    }

    private static async Task PublishAsync(RunningCluster cluster, string name, int status)
    {
        await cluster.PostAsync("/routes", new() { ["name"] = name, ["paths"] = new JsonArray($"/{name}") });
        await cluster.PostAsync($"/routes/{name}/plugins", new() { ["name"] = "request-termination", ["config"] = new JsonObject { ["status_code"] = status } });
    }

    private static async Task ExecuteAsync(RunningCluster cluster, string sql)
    {
        await using var command = ((Npgsql.NpgsqlDataSource)cluster.Services.GetService(typeof(Npgsql.NpgsqlDataSource))!).CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
