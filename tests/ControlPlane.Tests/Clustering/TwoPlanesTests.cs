using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Sync;
using Gateway.Sync;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>Our control plane and our data plane, connected by real sockets and TLS; there is no database, and nothing here needs one.</summary>
public sealed class TwoPlanesTests : IAsyncLifetime, IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.Cluster();
    private readonly TestControlPlane _controlPlane;

    public TwoPlanesTests() => _controlPlane = new TestControlPlane(_certificate);

    public Task InitializeAsync() => _controlPlane.StartAsync();

    public Task DisposeAsync() => _controlPlane.DisposeAsync().AsTask();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task DataPlane_Started_AppliesTheConfigurationAndEveryChange()
    {
        var first = _controlPlane.Publish("first", "key-auth");
        await using var plane = new TestDataPlane(_controlPlane, _certificate);
        await plane.StartAsync();
        await plane.WaitForAsync(first);
        TestDataPlane.TextOf(plane.Applied.Single()).ShouldContain("\"first\"");

        var second = _controlPlane.Publish("second");
        await plane.WaitForAsync(second);
        await Wait.UntilAsync(() => _controlPlane.Registry.Find(plane.Id)?.ConfigHash == second.ConfigHash, "the registry has the new hash");
        _controlPlane.Registry.Find(plane.Id)!.Labels["region"].ShouldBe("eu");
        plane.Applied.Count.ShouldBe(2);
    }

    [Fact]
    public async Task DataPlane_OfAnotherCluster_IsRefusedAndNamedOnBothSides()
    {
        using var foreign = TestCertificates.Cluster();
        await using var plane = new TestDataPlane(_controlPlane, foreign);
        await plane.StartAsync();

        await plane.Log.WaitForAsync("Warning Not connected", "is not the cluster certificate");
        await _controlPlane.Log.WaitForAsync("Warning A data plane at 127.0.0.1:", "is not the cluster certificate");
        plane.Status.Connected.ShouldBeFalse();
        plane.Status.LastError.ShouldNotBeNull();
    }

    [Fact]
    public async Task ControlPlane_Restarted_IsFoundAgainAndItsConfigurationTaken()
    {
        var before = _controlPlane.Publish("before");
        await using var plane = new TestDataPlane(_controlPlane, _certificate);
        await plane.StartAsync();
        await plane.WaitForAsync(before);

        await _controlPlane.StopAsync();
        await Wait.UntilAsync(() => !plane.Status.Connected, "the data plane notices");
        plane.Status.ConfigHash.ShouldBe(before.ConfigHash);
        await plane.Log.WaitForAsync("Warning Not connected to a control plane");

        await _controlPlane.StartAsync();
        var after = _controlPlane.Publish("after");
        await plane.WaitForAsync(after);
    }

    [Fact]
    public async Task DataPlane_GivenAConfigurationThatItCannotUse_KeepsTheOldAndSaysWhy()
    {
        var good = _controlPlane.Publish("good");
        await using var plane = new TestDataPlane(_controlPlane, _certificate, configuration =>
            TestDataPlane.TextOf(configuration).Contains("poison", StringComparison.Ordinal)
                ? new ApplyOutcome.Rejected("invalid regex", "routes r1", "paths")
                : ApplyOutcome.Applied.Instance);
        await plane.StartAsync();
        await plane.WaitForAsync(good);

        var poison = _controlPlane.Publish("poison");
        await plane.Log.WaitForAsync("Error A bad configuration", "invalid regex", "routes r1", "paths", good.ConfigHash);
        plane.Status.ConfigHash.ShouldBe(good.ConfigHash);
        plane.Status.Rejection!.Field.ShouldBe("paths");
        poison.ConfigHash.ShouldNotBe(good.ConfigHash);

        using var live = await EventReader.OpenAsync(_controlPlane.Admin, "/clustering/data-planes/live");
        var shown = await live.UntilAsync(e => e["data"]!.AsArray().Any(p => (string?)p!["problem"] == "routes r1 paths invalid regex"));
        ((bool)shown["data"]![0]!["in_sync"]!).ShouldBeFalse();

        var detail = JsonNode.Parse(await _controlPlane.Admin.GetStringAsync($"/clustering/data-planes/{plane.Id}"))!;
        var error = detail["errors"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)error["entity"]!, (string)error["field"]!, (string)error["message"]!).ShouldBe(("routes r1", "paths", "invalid regex"));
        ((string)detail["wanted_hash"]!).ShouldBe(poison.ConfigHash);
        detail["sync_history"]!.AsArray().Select(e => (string)e!["event"]!).ShouldBe(["rejected", "applied", "connected"]);
        detail["plugins"]!.AsArray().Select(p => (string)p!["name"]!).ShouldBe(["key-auth", "rate-limiting"]);
        ((string)detail["certificate"]!["fingerprint_sha256"]!).ShouldBe(_certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256));
        await Wait.UntilAsync(
            async () => JsonNode.Parse(await _controlPlane.Admin.GetStringAsync($"/clustering/data-planes/{plane.Id}"))!["traffic"]?["second"] is not null, "its traffic is told");
        foreach (var unknown in new[] { Guid.NewGuid().ToString(), "nobody" })
        {
            using var answer = await _controlPlane.Admin.GetAsync($"/clustering/data-planes/{unknown}");
            ((int)answer.StatusCode).ShouldBe(404);
        }

        var better = _controlPlane.Publish("better");
        await plane.WaitForAsync(better);
        await live.UntilAsync(e => e["data"]!.AsArray().Any(p => p!["problem"] is null && (bool?)p["in_sync"] is true));
    }

    [Fact]
    public async Task DataPlane_WhoseApplyThrows_StaysConnected()
    {
        var first = true;
        await using var plane = new TestDataPlane(_controlPlane, _certificate, _ =>
        {
            if (first)
            {
                first = false;
                throw new InvalidDataException("bug");
            }

            return ApplyOutcome.Applied.Instance;
        });
        await plane.StartAsync();
        _controlPlane.Publish("a");
        await plane.Log.WaitForAsync("could not be applied", "InvalidDataException");
        await plane.WaitForAsync(_controlPlane.Publish("b"));
    }

    [Fact]
    public async Task DataPlane_OfAVersionThatDoesNotFit_ReadsTheReason()
    {
        await using var older = new TestControlPlane(_certificate);
        await using var strict = new TestControlPlane(_certificate) { Options = older.Options with { Version = "4.0.0" } };
        await strict.StartAsync();
        await using var plane = new TestDataPlane(strict, _certificate);
        await plane.StartAsync();
        await plane.Log.WaitForAsync("Warning Not connected", "3.10.0 is incompatible with control plane version 4.0.0");
    }

    [Fact]
    public async Task LiveFeed_WhenAPlaneComesAndGoes_TellsBoth()
    {
        var document = _controlPlane.Publish("a");
        using var live = await EventReader.OpenAsync(_controlPlane.Admin, "/clustering/data-planes/live");
        var (name, snapshot) = await live.NextAsync();
        name.ShouldBe("snapshot");
        snapshot["data"]!.AsArray().ShouldBeEmpty();
        ((string)snapshot["wanted_hash"]!).ShouldBe(document.ConfigHash);

        await using (var plane = new TestDataPlane(_controlPlane, _certificate))
        {
            await plane.StartAsync();
            var update = await live.UntilAsync(e => (string?)e["data"]?[0]?["config_hash"] == document.ConfigHash);
            var row = update["data"]![0]!;
            ((string)row["id"]!).ShouldBe(plane.Id.ToString());
            ((string)row["sync_status"]!).ShouldBe("normal");
            ((bool)row["connected"]!).ShouldBeTrue();
            ((bool)row["in_sync"]!).ShouldBeTrue();
        }

        await live.UntilAsync(e => (bool?)e["data"]?[0]?["connected"] is false);
    }

    [Fact]
    public async Task LiveFeeds_WhenTheControlPlaneStops_End()
    {
        using var live = await EventReader.OpenAsync(_controlPlane.Admin, "/clustering/data-planes/live");
        using var vitals = await EventReader.OpenAsync(_controlPlane.Admin, "/vitals/live");
        await live.NextAsync();
        await vitals.NextAsync();
        // Kestrel would wait half a minute for open requests.
        await _controlPlane.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Vitals_OfTrafficOnADataPlane_AreFedSecondBySecond()
    {
        _controlPlane.Publish("a");
        await using var plane = new TestDataPlane(_controlPlane, _certificate);
        await plane.StartAsync();
        using var live = await EventReader.OpenAsync(_controlPlane.Admin, "/vitals/live");
        var (name, snapshot) = await live.NextAsync();
        name.ShouldBe("snapshot");
        snapshot["points"].ShouldNotBeNull();
        snapshot["total"].ShouldNotBeNull();
        await live.UntilAsync(e => e["nodes"]!.AsArray().Count == 1);

        plane.Counters.ConnectionOpened();
        for (var i = 0; i < 100; i++)
        {
            plane.Counters.Record(i < 90 ? 200 : 503, System.Diagnostics.Stopwatch.Frequency / 100);
        }

        var busy = await live.UntilAsync(e => (long)e["total"]!["requests"]! > 0);
        var node = busy["nodes"]![0]!;
        ((string)node["id"]!).ShouldBe(plane.Id.ToString());
        ((string)node["hostname"]!).ShouldBe("plane-1");
        foreach (var sample in new[] { node, busy["total"]! })
        {
            ((long)sample["requests"]!).ShouldBe(100);
            ((long)sample["r2xx"]!).ShouldBe(90);
            ((long)sample["r5xx"]!).ShouldBe(10);
            ((double)sample["latency_p50_ms"]!).ShouldBe(10, 0.7);
            ((long)sample["connections"]!).ShouldBe(1);
            ((long)sample["memory_bytes"]!).ShouldBeGreaterThan(0);
        }

        using var late = await EventReader.OpenAsync(_controlPlane.Admin, "/vitals/live");
        (await late.NextAsync()).Data["points"]!.AsArray().Sum(p => (long)p!["requests"]!).ShouldBe(100);
    }

    [Fact]
    public async Task List_WithoutADatabase_ShowsWhatThisNodeKnowsAsTheOriginalDoes()
    {
        var document = _controlPlane.Publish("a");
        await using var plane = new TestDataPlane(_controlPlane, _certificate);
        await plane.StartAsync();
        await Wait.UntilAsync(() => _controlPlane.Registry.Find(plane.Id)?.ConfigHash == document.ConfigHash, "the plane is in sync");

        var list = JsonNode.Parse(await _controlPlane.Admin.GetStringAsync("/clustering/data-planes"))!;
        list["data"]!.AsArray().Count.ShouldBe(1);
        await _controlPlane.Log.WaitForAsync("Warning The rows of the data planes cannot be written");
        _controlPlane.Log.Lines.Count(l => l.Contains("The rows of the data planes cannot be written", StringComparison.Ordinal)).ShouldBe(1);
    }
}
