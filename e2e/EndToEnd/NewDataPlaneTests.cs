using System.Text;

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

    [Fact]
    public async Task DataPlane_WithASnapshotInABucket_Serves()
    {
        await using var bucket = new TestS3();
        var storage = new Dictionary<string, string>
        {
            ["KONG_CLUSTER_FALLBACK_CONFIG_STORAGE"] = "s3://configs/edge",
            ["AWS_CONFIG_STORAGE_ENDPOINT"] = bucket.Address,
            ["AWS_ACCESS_KEY_ID"] = TestS3.KeyId,
            ["AWS_SECRET_ACCESS_KEY"] = TestS3.Secret,
        };
        await using var platform = await ServingAsync(_ => new(storage)
        {
            ["KONG_CLUSTER_FALLBACK_CONFIG_EXPORT"] = "on",
            ["KONG_CLUSTER_FALLBACK_CONFIG_EXPORT_DELAY"] = "0",
            ["KONG_CLUSTER_FALLBACK_EXPORT_S3_CONFIG"] = """{"ServerSideEncryption":"aws:kms"}""",
        });
        await Wait.UntilAsync(
            () => bucket.Objects.TryGetValue("/configs/edge/3.10.0/config.json", out var found) && Encoding.UTF8.GetString(found).Contains("/mock", StringComparison.Ordinal),
            "the configuration is exported to the bucket");
        bucket.Headers!["x-amz-server-side-encryption"].ShouldBe("aws:kms");
        await platform.ControlPlane.KillAsync();
        await platform.DataPlane.KillAsync();

        await platform.StartDataPlaneAsync(new(storage) { ["KONG_PREFIX"] = platform.Folder("new"), ["KONG_CLUSTER_FALLBACK_CONFIG_IMPORT"] = "on" });

        await platform.WaitForProxyAsync("/mock/anything", 200);
    }

    [Fact]
    public async Task DataPlane_WithADeclarativeConfiguration_ServesItUntilAControlPlaneSendsAnother()
    {
        await using var platform = await ServingAsync();
        await platform.ControlPlane.KillAsync();
        await platform.DataPlane.KillAsync();
        var file = platform.Folder("kong.yml");
        await File.WriteAllTextAsync(file, $"""
            _format_version: "3.0"
            services:
            - name: first
              url: {platform.EchoUrl}
              routes:
              - name: first
                paths: [/first]
            """);
        var settings = new Dictionary<string, string> { ["KONG_PREFIX"] = platform.Folder("new"), ["KONG_DECLARATIVE_CONFIG"] = file };

        await platform.StartDataPlaneAsync(settings, ready: true);
        await platform.WaitForProxyAsync("/first/anything", 200);

        // The control plane is back, and what it says counts; after a restart too.
        await platform.StartControlPlaneAsync();
        await platform.WaitForProxyAsync("/mock/anything", 200);
        await platform.WaitForProxyAsync("/first/anything", 404);
        await platform.ControlPlane.KillAsync();
        await platform.DataPlane.KillAsync();
        await platform.StartDataPlaneAsync(settings, ready: true);
        await platform.WaitForProxyAsync("/mock/anything", 200);
        await platform.WaitForProxyAsync("/first/anything", 404);
    }

    [Fact]
    public async Task DataPlane_WithAnEncryptedCache_ServesAfterItsClusterKeyChangedWithoutAControlPlane()
    {
        await using var platform = await ServingAsync();
        await platform.DataPlane.KillAsync();
        var (certificate, key) = (platform.Folder("own.crt"), platform.Folder("own.key"));
        File.Copy(platform.ClusterCertificate, certificate);
        File.Copy(platform.ClusterKey, key);
        var settings = new Dictionary<string, string>
        {
            ["KONG_PREFIX"] = platform.Folder("encrypted"),
            ["KONG_CLUSTER_CERT"] = certificate,
            ["KONG_CLUSTER_CERT_KEY"] = key,
            ["KONG_DECLARATIVE_CONFIG_ENCRYPTION_MODE"] = "aes-256-gcm",
            ["KONG_LOG_LEVEL"] = "info",
        };
        await platform.StartDataPlaneAsync(settings, ready: true);
        await platform.WaitForProxyAsync("/mock/anything", 200);
        await platform.ControlPlane.KillAsync();

        // While it runs.
        await ReplaceAsync("second");
        await Wait.UntilAsync(() => platform.DataPlane.Output.Contains("opened by the new cluster key", StringComparison.Ordinal), "the stored configuration is given to the new key");
        await platform.DataPlane.KillAsync();
        await platform.StartDataPlaneAsync(settings, ready: true);
        await platform.WaitForProxyAsync("/mock/anything", 200);

        // While it is down.
        await platform.DataPlane.KillAsync();
        var former = platform.Folder("former.key");
        File.Copy(key, former);
        await ReplaceAsync("third");
        await platform.StartDataPlaneAsync(new(settings) { ["KONG_DECLARATIVE_CONFIG_ENCRYPTION_FORMER_KEY"] = former }, ready: true);
        await platform.WaitForProxyAsync("/mock/anything", 200);
        await platform.DataPlane.KillAsync();
        await platform.StartDataPlaneAsync(settings, ready: true);
        await platform.WaitForProxyAsync("/mock/anything", 200);

        async Task ReplaceAsync(string name)
        {
            var (nextCertificate, nextKey) = (platform.Folder($"{name}.crt"), platform.Folder($"{name}.key"));
            await GatewayProcess.RunKongAsync(["hybrid", "gen_cert", nextCertificate, nextKey]);
            File.Copy(nextCertificate, certificate, overwrite: true);
            File.Copy(nextKey, key, overwrite: true);
        }
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
