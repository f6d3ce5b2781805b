namespace Gateway.EndToEnd;

/// <summary>A new data plane while every control plane is down.</summary>
public sealed class NewDataPlaneTests
{
    [Fact]
    public async Task DataPlane_WithACopyOfAnothersCache_Serves()
    {
        await using var platform = await ServingAsync();
        await platform.ControlPlane.KillAsync();
        await platform.DataPlane.KillAsync();
        var cache = Directory.GetFiles(platform.DataPlanePrefix, "data.mdb", SearchOption.AllDirectories).ShouldHaveSingleItem();
        var prefix = platform.Folder("copied");
        var copy = Path.Combine(prefix, Path.GetRelativePath(platform.DataPlanePrefix, cache));
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(cache, copy);

        await platform.StartDataPlaneAsync(new() { ["KONG_PREFIX"] = prefix }, ready: true);

        await platform.WaitForProxyAsync("/mock/anything", 200);
    }

    [Fact]
    public async Task DataPlane_WithASnapshotThatTheControlPlaneLeft_ServesAndFollowsTheControlPlaneLater()
    {
        var storage = new Dictionary<string, string>();
        await using var platform = await ServingAsync(p => storage = new()
        {
            ["KONG_CLUSTER_FALLBACK_CONFIG_EXPORT"] = "on",
            ["KONG_CLUSTER_FALLBACK_CONFIG_STORAGE"] = $"file://{p.Folder("share")}",
            ["KONG_CLUSTER_FALLBACK_CONFIG_EXPORT_DELAY"] = "0",
        });
        var snapshot = Path.Combine(platform.Folder("share"), "3.10.0", "config.json");
        await Wait.UntilAsync(async () => File.Exists(snapshot) && (await File.ReadAllTextAsync(snapshot)).Contains("/mock", StringComparison.Ordinal), "the configuration is exported");
        await platform.ControlPlane.KillAsync();
        await platform.DataPlane.KillAsync();

        await platform.StartDataPlaneAsync(new()
        {
            ["KONG_PREFIX"] = platform.Folder("new"),
            ["KONG_CLUSTER_FALLBACK_CONFIG_IMPORT"] = "on",
            ["KONG_CLUSTER_FALLBACK_CONFIG_STORAGE"] = storage["KONG_CLUSTER_FALLBACK_CONFIG_STORAGE"],
        });
        await platform.WaitForProxyAsync("/mock/anything", 200);
        platform.DataPlane.Output.ShouldContain("was imported from");

        // The control plane is back, and what it says counts.
        await platform.StartControlPlaneAsync();
        await platform.PostAsync("/services/mock/routes", 201, ("paths", "/later"));
        await platform.WaitForProxyAsync("/later/anything", 200);
    }

    private static async Task<Platform> ServingAsync(Func<Platform, Dictionary<string, string>>? controlPlane = null)
    {
        var platform = await Platform.StartAsync(planes: false);
        await platform.StartControlPlaneAsync(controlPlane?.Invoke(platform));
        await platform.StartDataPlaneAsync();
        await platform.PostAsync("/services", 201, ("name", "mock"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/mock/routes", 201, ("paths", "/mock"));
        await platform.WaitForProxyAsync("/mock/anything", 200);
        return platform;
    }
}
