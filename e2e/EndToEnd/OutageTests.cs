using System.Text.Json.Nodes;

namespace Gateway.EndToEnd;

/// <summary>What hybrid mode is bought for: the data plane lives without its control plane, and both find each other again.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Outage_ControlPlaneAndDatabaseKilled_NoProxiedRequestFailsAndTheNextChangeArrives()
    {
        await using var platform = await Platform.StartAsync();
        await platform.PostAsync("/services", 201, ("name", "mock"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/mock/routes", 201, ("paths", "/mock"));
        await platform.PostAsync("/consumers", 201, ("username", "consumer1"));
        await platform.WaitForProxyAsync("/mock/anything", 200);

        await using (var load = new Load(platform.Http, $"{platform.Proxy}/mock/anything"))
        {
            await load.MoreAsync(100);
            await platform.ControlPlane.KillAsync();
            await platform.Postgres.KillAsync();
            await load.MoreAsync(1000);
            load.Failures.ShouldBeEmpty();
        }

        // The data plane alone: killed and started again it serves from its cache.
        await platform.DataPlane.KillAsync();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await platform.StartDataPlaneAsync(ready: true);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), "ready within 3 s on an idle machine; this bound only catches a hang");
        await platform.WaitForProxyAsync("/mock/anything", 200, TimeSpan.FromSeconds(3));

        await using (var load = new Load(platform.Http, $"{platform.Proxy}/mock/anything"))
        {
            await platform.Postgres.StartAsync();
            await platform.StartControlPlaneAsync();
            await Wait.UntilAsync(
                async () => (await DataPlanesAsync(platform)).Any(p => (string?)p!["sync_status"] is "normal" && IsFresh(p)),
                "the data plane reconnects by itself");
            await platform.PostAsync("/services/mock/routes", 201, ("paths", "/later"));
            await platform.WaitForProxyAsync("/later/anything", 200);
            load.Failures.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Write_DatabaseHangs_Is503WithinTwoSecondsAndNothingIsHalfWritten()
    {
        await using var platform = await Platform.StartAsync();
        platform.Postgres.Hang();
        try
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            await platform.PostAsync("/services", 503, ("name", "lost"), ("host", "h.test"));
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(4));
        }
        finally
        {
            platform.Postgres.Resume();
        }

        await Wait.UntilAsync(
            async () =>
            {
                using var found = await platform.Http.GetAsync(new Uri($"{platform.Admin}/services/lost"));
                return (int)found.StatusCode is 404;
            },
            "the Admin API recovers, and the refused service is not there");
        await platform.PostAsync("/services", 201, ("name", "kept"), ("host", "h.test"));
    }

    [Fact]
    public async Task Cache_Corrupt_IsSetAsideAndFetchedAgain()
    {
        await using var platform = await Platform.StartAsync();
        await platform.PostAsync("/services", 201, ("name", "mock"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/mock/routes", 201, ("paths", "/mock"));
        await platform.WaitForProxyAsync("/mock/anything", 200);
        await platform.DataPlane.KillAsync();
        var file = Directory.GetFiles(platform.DataPlanePrefix, "data.mdb", SearchOption.AllDirectories).ShouldHaveSingleItem();
        await File.WriteAllTextAsync(file, "this is no LMDB file");

        await platform.StartDataPlaneAsync(ready: true);

        await platform.WaitForProxyAsync("/mock/anything", 200);
        platform.DataPlane.Output.ShouldContain("damaged");
    }

    [Fact]
    public async Task Cluster_ForeignCertificate_IsRefusedAndNamedOnBothSides()
    {
        await using var platform = await Platform.StartAsync();
        await platform.DataPlane.KillAsync();
        var folder = Directory.CreateTempSubdirectory("gateway-cert-").FullName;
        var (certificate, key) = (Path.Combine(folder, "other.crt"), Path.Combine(folder, "other.key"));
        await GatewayProcess.RunKongAsync(["hybrid", "gen_cert", certificate, key]);

        await platform.StartDataPlaneAsync(new() { ["KONG_CLUSTER_CERT"] = certificate, ["KONG_CLUSTER_CERT_KEY"] = key });

        await Wait.UntilAsync(
            () => platform.DataPlane.Output.Contains("certificate", StringComparison.OrdinalIgnoreCase),
            "the data plane names the certificate");
        platform.DataPlane.HasExited.ShouldBeFalse();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Terminate_BothPlanes_EndCleanly()
    {
        await using var platform = await Platform.StartAsync();

        // Nothing is configured yet: the node lives, and wants no requests.
        using var ready = await platform.Http.GetAsync(new Uri($"{platform.DataPlaneStatus}/status/ready"));
        ((int)ready.StatusCode).ShouldBe(503);
        (await ready.Content.ReadAsStringAsync()).ShouldContain("no configuration available");

        foreach (var process in new[] { platform.DataPlane, platform.ControlPlane })
        {
            process.Signal(Signals.Terminate);
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0, process.Output);
        }
    }

    private static bool IsFresh(JsonNode plane) => (double)plane["last_seen"]! > DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 15;

    private static async Task<JsonArray> DataPlanesAsync(Platform platform) =>
        JsonNode.Parse(await platform.Http.GetStringAsync(new Uri($"{platform.Admin}/clustering/data-planes")))!["data"]!.AsArray();
}
