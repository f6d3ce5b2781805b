using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.Plugins;
using Gateway.Sync;
using Gateway.Sync.Rpc;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>What a data plane made by hand is answered by a whole control plane.</summary>
public sealed class DeltaAnswerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.Cluster();

    private static string[] Extensions => [.. BundledPlugins.Catalog.Entities.Extensions.Select(e => e.Name)];

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Plane_Asking_GetsEverythingOnceAndThenWhatChanged()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await cluster.PostAsync("/services", new() { ["name"] = "s1", ["host"] = "h.test", ["enabled"] = false });
        await cluster.PostAsync("/services/s1/routes", new() { ["name"] = "r1", ["paths"] = new JsonArray("/") });
        await using var plane = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, Guid.NewGuid());
        plane.Answer["result"]!["rpc_capabilities"]!.ToJsonString().ShouldBe("[\"kong.sync.v2\"]");
        plane.Answer["result"]!["rpc_frame_encoding"]!.ToJsonString().ShouldBe("\"x-snappy-framed\"");

        var (full, _) = await plane.GetDeltaAsync(ConfigHashes.Zeros);
        ((bool)full["full_sync"]!, (bool)full["wipe"]!).ShouldBe((true, true));
        var rows = full["deltas"]!.AsArray().ToDictionary(d => (string)d!["type"]!, d => (JsonObject)d!);
        rows.Keys.ShouldBe(["workspaces", "services", "routes"]);
        rows.Values.ShouldAllBe(d => (string)d["version"]! == cluster.Version && (string)d["ws_id"]! == (string)rows["workspaces"]["entity"]!["id"]!);
        ((bool)rows["services"]["entity"]!["enabled"]!).ShouldBeFalse();
        ((string)rows["routes"]["entity"]!["service"]!["id"]!).ShouldBe((string)rows["services"]["entity"]!["id"]!);

        var known = cluster.Version;
        var (nothing, _) = await plane.GetDeltaAsync(known);
        nothing.ToJsonString().ShouldBe("""{"deltas":[],"wipe":false,"full_sync":false}""");

        var consumer = await cluster.PostAsync("/consumers", new() { ["username"] = "c" });
        (await plane.HearAsync()).ShouldBe(cluster.Version);
        var (added, _) = await plane.GetDeltaAsync(known);
        ((string)added["deltas"]!.AsArray().Single()!["entity"]!["username"]!).ShouldBe("c");
        ((bool)added["full_sync"]!).ShouldBeFalse();

        known = cluster.Version;
        await cluster.ChangeAsync(HttpMethod.Delete, "/consumers/c");
        (await plane.HearAsync()).ShouldBe(cluster.Version);
        var (removed, _) = await plane.GetDeltaAsync(known);
        var delta = removed["deltas"]!.AsArray().Single()!;
        (delta["entity"], (string)delta["type"]!, (string)delta["pk"]!["id"]!, (string)delta["version"]!).ShouldBe((null, "consumers", (string)consumer["id"]!, cluster.Version));
    }

    [Fact]
    public async Task Plane_OfAVersionThatTheLogDoesNotReachOrAnotherCluster_GetsEverything()
    {
        await using var cluster = await RunningCluster.StartAsync(
            await RunningControlPlane.BootstrappedAsync(postgres), _certificate, store: new StoreOptions { ChangeLogSize = 3 });
        await cluster.PostAsync("/consumers", new() { ["username"] = "first" });
        var old = cluster.Version;
        await using var plane = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, Guid.NewGuid());
        for (var i = 0; i < 2; i++)
        {
            await cluster.PostAsync("/consumers", new() { ["username"] = $"c{i}" });
        }

        var (still, _) = await plane.GetDeltaAsync(old);
        ((bool)still["full_sync"]!, still["deltas"]!.AsArray().Count).ShouldBe((false, 2));
        for (var i = 2; i < 4; i++)
        {
            await cluster.PostAsync("/consumers", new() { ["username"] = $"c{i}" });
        }

        foreach (var from in new[] { old, "v02_" + new string('f', 28), "v02_0000000000000000000000000001", "nonsense" })
        {
            var (answer, _) = await plane.GetDeltaAsync(from);
            ((bool)answer["full_sync"]!, answer["deltas"]!.AsArray().Count).ShouldBe((true, 6), from);
        }
    }

    [Fact]
    public async Task Plane_ThatHasAllUntilTheFirstChangeEver_GetsOnlyThatChange()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await using var plane = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, Guid.NewGuid());
        await plane.GetDeltaAsync(ConfigHashes.Zeros);
        var known = cluster.Version;
        await cluster.PostAsync("/consumers", new() { ["username"] = "first" });
        var (answer, _) = await plane.GetDeltaAsync(known);
        ((bool)answer["full_sync"]!, (string)answer["deltas"]!.AsArray().Single()!["type"]!).ShouldBe((false, "consumers"));
    }

    [Fact]
    public async Task Plane_ThatGetsAnAnswerMadeForAnother_IsToldThatThereIsMore()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await using var first = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, Guid.NewGuid());
        await first.GetDeltaAsync(ConfigHashes.Zeros);
        await cluster.PostAsync("/consumers", new() { ["username"] = "c" });

        await using var second = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, Guid.NewGuid());
        var (shared, told) = await second.GetDeltaAsync(ConfigHashes.Zeros);
        shared["deltas"]!.AsArray().ShouldNotContain(d => (string)d!["type"]! == "consumers");
        (told is [var early] ? early : await second.HearAsync()).ShouldBe(cluster.Version);
        var (rest, _) = await second.GetDeltaAsync((string)shared["deltas"]![0]!["version"]!);
        ((bool)rest["full_sync"]!, (string)rest["deltas"]!.AsArray().Single()!["entity"]!["username"]!).ShouldBe((false, "c"));
    }

    [Fact]
    public async Task Plane_ThatLacksAPluginInUse_IsSentNothingUntilItFits_AndSaysSo()
    {
        await using var cluster = await RunningCluster.StartAsync(
            await RunningControlPlane.BootstrappedAsync(postgres), _certificate, o => o with { Plugins = [new("key-auth", "3.10.0"), new("cors", "3.10.0")] });
        var id = Guid.NewGuid();
        await using var plane = await CallingPlane.ConnectAsync(
            cluster.Endpoint,
            _certificate,
            new RpcHello { NodeId = id.ToString(), Version = "3.10.0", Hostname = "raw", Capabilities = [SyncMethods.Sync], Plugins = [new("key-auth", "3.10.0")] });
        var known = cluster.Version;
        var plugin = await cluster.PostAsync("/plugins", new() { ["name"] = "cors" });
        (await plane.HearAsync()).ShouldBe(cluster.Version);
        var (nothing, _) = await plane.GetDeltaAsync(known);
        nothing["deltas"]!.AsArray().ShouldBeEmpty();
        var shown = cluster.Registry.Find(id).ShouldNotBeNull();
        (shown.SyncStatus, shown.Problem).ShouldBe((SyncStatus.PluginSetIncompatible, "configured cors plugin 3.10.0 is missing from data plane"));
        shown.Plugins.Select(p => p.Name).ShouldBe(["key-auth"]);

        await cluster.ChangeAsync(HttpMethod.Delete, $"/plugins/{plugin["id"]}");
        (await plane.HearAsync()).ShouldBe(cluster.Version);
        var (fits, _) = await plane.GetDeltaAsync(known);
        ((string)fits["deltas"]!.AsArray().Single()!["type"]!).ShouldBe("plugins");
        cluster.Registry.Find(id)!.SyncStatus.ShouldBe(SyncStatus.Normal);
    }

    [Fact]
    public async Task Plane_OfAnOlderVersion_IsNotOfferedChanges()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await using var older = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, Guid.NewGuid(), "3.8.1");
        older.Answer["result"]!["rpc_capabilities"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Plane_ThatCountsVersions_GetsEverythingWheneverThereIsANewer()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await cluster.PostAsync("/consumers", new() { ["username"] = "first" });
        var id = Guid.NewGuid();
        await using var plane = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, id, "3.9.1");
        plane.Answer["result"]!["rpc_capabilities"]!.ToJsonString().ShouldBe("[\"kong.sync.v2\"]");

        var (full, _) = await plane.GetDeltaAsync(0);
        ((bool)full["wipe"]!, full["deltas"]!.AsArray().Count).ShouldBe((true, 2));
        full["deltas"]!.AsArray().Select(d => (long)d!["version"]!).Distinct().ShouldBe([Count()]);
        cluster.Registry.Find(id)!.ConfigHash.ShouldBe(ConfigHashes.Zeros);

        var (nothing, _) = await plane.GetDeltaAsync(Count());
        ((bool)nothing["wipe"]!, nothing["deltas"]!.AsArray().Count).ShouldBe((false, 0));
        cluster.Registry.Find(id)!.ConfigHash.ShouldBe(cluster.Version);

        var known = Count();
        await cluster.ChangeAsync(HttpMethod.Delete, "/consumers/first");
        (await plane.HearAsync()).ShouldBe($"{Count()}");
        Count().ShouldBeGreaterThan(known);
        var (rest, _) = await plane.GetDeltaAsync(known);
        ((bool)rest["wipe"]!, (string)rest["deltas"]!.AsArray().Single()!["type"]!).ShouldBe((true, "workspaces"));

        long Count()
        {
            SyncVersion.TryParse(cluster.Version, out var version).ShouldBeTrue();
            return version.Count;
        }
    }

    [Fact]
    public async Task Plane_ThatDoesNotKnowAnExtension_GetsNoneAndItsVersionAdvancesAllTheSame()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await cluster.PostAsync("/consumers", new() { ["username"] = "c" });
        var known = cluster.Version;
        await cluster.PostAsync("/consumer_groups", new() { ["name"] = "gold" });

        await using var original = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, Guid.NewGuid());
        var (filtered, _) = await original.GetDeltaAsync(known);
        var carrier = filtered["deltas"]!.AsArray().Single()!;
        ((string)carrier["type"]!, (string)carrier["version"]!).ShouldBe(("workspaces", cluster.Version));

        await using var ours = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, Guid.NewGuid(), "3.10.0", Extensions);
        var (whole, _) = await ours.GetDeltaAsync(known);
        ((string)whole["deltas"]!.AsArray().Single()!["type"]!).ShouldBe("consumer_groups");
    }

    [Fact]
    public async Task Plane_ThatDoesNotKnowAnExtension_IsShownWithWhatItDoesNotGet()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await cluster.PostAsync("/consumer_groups", new() { ["name"] = "gold" });
        await cluster.PostAsync("/plugins", new() { ["name"] = "cors" });
        await cluster.PostAsync("/consumer_groups/gold/plugins", new() { ["name"] = "rate-limiting", ["config"] = new JsonObject { ["minute"] = 5 } });
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await using var original = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, first);
        await using var ours = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, second, "3.10.0", Extensions);
        await original.GetDeltaAsync(ConfigHashes.Zeros);
        await ours.GetDeltaAsync(ConfigHashes.Zeros);
        cluster.Registry.Find(first)!.Losses.ShouldBe(["no consumer_groups", "no plugins with consumer_group"]);
        cluster.Registry.Find(second)!.Losses.ShouldBeEmpty();
        await cluster.Log.WaitForAsync("does not know a part of the configuration and gets: no consumer_groups; no plugins with consumer_group");

        await cluster.ChangeAsync(HttpMethod.Delete, "/consumer_groups/gold");
        await original.HearAsync();
        await original.GetDeltaAsync(cluster.Version);
        cluster.Registry.Find(first)!.Losses.ShouldBeEmpty();

        await cluster.PostAsync("/plugins", new() { ["name"] = "key-auth", ["ordering"] = new JsonObject { ["before"] = new JsonObject { ["access"] = new JsonArray("cors") } } });
        await original.HearAsync();
        await original.GetDeltaAsync(cluster.Version);
        cluster.Registry.Find(first)!.Losses.ShouldBe(["plugins without ordering"]);
    }

    [Fact]
    public async Task Plane_IsListedWithItsVersion_AndWithWhatItRefused()
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await cluster.PostAsync("/consumers", new() { ["username"] = "c" });
        var id = Guid.NewGuid();
        await using var plane = await CallingPlane.ConnectAsync(cluster.Endpoint, _certificate, id);
        using var live = await EventReader.OpenAsync(cluster.Admin, "/clustering/data-planes/live");
        await plane.SendAsync($"{{\"jsonrpc\":\"2.0\",\"method\":\"kong.sync.v2.notify_validation_error\",\"params\":[{{\"version\":\"{cluster.Version}\",\"error\":"
            + "{\"name\":\"sync deltas parse failure\",\"message\":\"bad\",\"flattened_errors\":[{\"entity_type\":\"routes\",\"entity_id\":\"r1\",\"errors\":[{\"type\":\"field\",\"field\":\"paths\",\"message\":\"invalid regex\"}]}]}}]}");
        await live.UntilAsync(e => e["data"]!.AsArray().Any(p => (string?)p!["problem"] == "routes r1 paths invalid regex"));

        await plane.GetDeltaAsync(cluster.Version);
        var shown = await live.UntilAsync(e => e["data"]!.AsArray().Any(p => (bool?)p!["in_sync"] is true && p["problem"] is null));
        ((string)shown["wanted_hash"]!).ShouldBe(cluster.Version);
        await Wait.UntilAsync(
            async () => JsonNode.Parse(await cluster.Admin.GetStringAsync("/clustering/data-planes"))!["data"]!.AsArray().Any(p =>
                (string?)p!["id"] == id.ToString() && (string?)p["config_hash"] == cluster.Version && (string?)p["sync_status"] == "normal"
                && p["rpc_capabilities"]!.ToJsonString() == "[\"kong.sync.v2\"]" && (string?)p["hostname"] == "raw"),
            "the plane is listed");
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"kong.meta.v1.hello\",\"id\":1,\"params\":[{}]}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"kong.sync.v2.get_delta\",\"id\":1,\"params\":[{}]}")]
    [InlineData("garbage")]
    public async Task Plane_ThatDoesNotIntroduceItself_IsDisconnected(string first)
    {
        await using var cluster = await RunningCluster.StartAsync(await RunningControlPlane.BootstrappedAsync(postgres), _certificate);
        await using var plane = await RawPlane.DialAsync(cluster.Endpoint, _certificate);
        (await WebSocketHandshake.ConnectAsync(plane.Stream, "cp", "/v2/outlet", default, "kong.meta.v1")).Accepted.ShouldBeTrue();
        await plane.SendAsync(WebSocketOpcode.Binary, first);
        (await plane.ReceiveCloseAsync()).ShouldBe(WebSocketCloseCode.PolicyViolation);
    }

    [Fact]
    public async Task Outlet_WithoutTheSubprotocolOrSwitchedOff_IsNotThere()
    {
        var database = await RunningControlPlane.BootstrappedAsync(postgres);
        await using var cluster = await RunningCluster.StartAsync(database, _certificate);
        await using var without = await RawPlane.DialAsync(cluster.Endpoint, _certificate);
        (await without.UpgradeAsync("/v2/outlet")).Status.ShouldBe(0);
        await using var off = await RunningCluster.StartAsync(database, _certificate, o => o with { Rpc = false });
        await using var refused = await RawPlane.DialAsync(off.Endpoint, _certificate);
        (await WebSocketHandshake.ConnectAsync(refused.Stream, "cp", "/v2/outlet", default, "kong.meta.v1")).Status.ShouldBe((int)HttpStatusCode.NotFound);
    }
}
