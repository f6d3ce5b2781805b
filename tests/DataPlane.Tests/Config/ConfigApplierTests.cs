using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Entities;
using Gateway.Plugins.KeyAuth;
using Gateway.Sync;

namespace Gateway.DataPlane.Tests.Config;

public sealed class ConfigApplierTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Folder => _folder.Of("dbless.lmdb");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Apply_GoodDocument_IsInUseAndSurvivesRestart()
    {
        var document = Documents.Sample();
        var hash = Documents.Message(document).Hash;
        using (var plane = new TestPlane(Folder))
        {
            (await plane.ApplyAsync(document)).ShouldBe(ApplyOutcome.Applied.Instance);
            plane.InUse!.Routes.Select(r => r.Name).ShouldBe(["route-0", "route-1"]);
            plane.InUse.Services[0].ConnectTimeout.ShouldBe(60_000);
            plane.InUse.Workspaces.ShouldHaveSingleItem().Name.ShouldBe("default");
            plane.Applier.CurrentHash.ShouldBe(hash);
            (await plane.ApplyAsync(document)).ShouldBe(ApplyOutcome.Unchanged.Instance);
        }

        using var restarted = new TestPlane(Folder);
        restarted.Applier.State.NotReadyReason.ShouldBe("no configuration available (configuration hash is not initialized)");
        restarted.Applier.LoadPersisted().ShouldBe(ApplyOutcome.Applied.Instance);
        restarted.InUse!.Routes.Select(r => r.Name).ShouldBe(["route-0", "route-1"]);
        restarted.InUse.Hashes.Config.ShouldBe(hash);
        restarted.Applier.CurrentHash.ShouldBe(hash);
        restarted.Applier.State.NotReadyReason.ShouldBeNull();
        (await restarted.ApplyAsync(document)).ShouldBe(ApplyOutcome.Unchanged.Instance);
        restarted.Lookup<KeyAuthCredential>().ByUnique("key", "secret-1")!.Consumer.Value.ShouldBe(Documents.Id(3, 1));
    }

    [Fact]
    public void LoadPersisted_NothingStored_ServesAnEmptyConfiguration()
    {
        using var plane = new TestPlane(Folder);
        plane.Applier.LoadPersisted().ShouldBe(ApplyOutcome.Unchanged.Instance);
        plane.InUse.ShouldBe(ConfigEntities.Empty);
        plane.Applier.CurrentHash.ShouldBe(ConfigHashes.Zeros);
        plane.Applier.State.NotReadyReason.ShouldBe("no configuration available (empty configuration present)");
    }

    [Fact]
    public async Task Apply_NothingButWorkspaces_CountsAsEmpty()
    {
        using var plane = new TestPlane(Folder);
        var states = new List<ConfigState>();
        plane.Applier.Changed += states.Add;
        (await plane.ApplyAsync(Documents.Empty())).ShouldBe(ApplyOutcome.Applied.Instance);
        plane.Applier.CurrentHash.ShouldBe(ConfigHashes.Zeros);
        (await plane.ApplyAsync(Documents.Empty())).ShouldBe(ApplyOutcome.Unchanged.Instance);
        states.ShouldHaveSingleItem().NotReadyReason.ShouldBe("no configuration available (empty configuration present)");
    }

    [Fact]
    public async Task Apply_CompilerRefuses_OldStaysInUseAndOnDiskByteForByte()
    {
        using var plane = new TestPlane(Folder, mapSize: 32 << 20);
        await plane.ApplyAsync(Documents.Sample());
        var (before, file, inUse) = (plane.Contents(), File.ReadAllBytes(Path.Combine(Folder, "data.mdb")), plane.InUse);
        plane.Judge = entities => new CompileResult.Failed("no such thing", "routes", entities.Routes[0].Id.Value, "paths");

        var outcome = await plane.ApplyAsync(Documents.Sample(100, "/other"));

        outcome.ShouldBe(new ApplyOutcome.Rejected("no such thing", $"routes {Documents.Id(2, 0)}", "paths"));
        plane.InUse.ShouldBeSameAs(inUse);
        plane.Contents().ShouldBe(before);
        File.ReadAllBytes(Path.Combine(Folder, "data.mdb")).ShouldBe(file);
        plane.Applier.State.LastRejection.ShouldBe("no such thing");
        plane.Applier.State.NotReadyReason.ShouldBeNull();
        plane.Lookup<Consumer>().ById(Documents.Id(3, 99)).ShouldBeNull();
    }

    [Fact]
    public async Task Apply_CompilerThrows_OldStays()
    {
        using var plane = new TestPlane(Folder);
        await plane.ApplyAsync(Documents.Sample());
        var inUse = plane.InUse;
        plane.Judge = _ => throw new InvalidOperationException("a bug");
        (await plane.ApplyAsync(Documents.Sample(3))).ShouldBe(new ApplyOutcome.Rejected("configuration reload failed: a bug"));
        plane.InUse.ShouldBeSameAs(inUse);
        plane.Judge = _ => null;
        (await plane.ApplyAsync(Documents.Sample(3))).ShouldBe(ApplyOutcome.Applied.Instance);
    }

    [Fact]
    public async Task LoadPersisted_DoesNotCompileAnyMore_EmptyIsServedAndTheSameDocumentIsTakenAgain()
    {
        using (var plane = new TestPlane(Folder))
        {
            await plane.ApplyAsync(Documents.Sample());
        }

        using var restarted = new TestPlane(Folder);
        restarted.Judge = e => e.Routes.Count is 0 ? null : new CompileResult.Failed("the plugin is gone");
        restarted.Applier.LoadPersisted().ShouldBeOfType<ApplyOutcome.Rejected>().Message.ShouldBe("the plugin is gone");
        restarted.InUse.ShouldBe(ConfigEntities.Empty);
        restarted.Applier.State.LastRejection.ShouldBe("the plugin is gone");
        restarted.Judge = _ => null;
        (await restarted.ApplyAsync(Documents.Sample())).ShouldBe(ApplyOutcome.Applied.Instance);
    }

    public static TheoryData<string, string?, string?, string> Bad() => new()
    {
        { "services.0.port = 99999", "services 00000001-0000-4000-8000-000000000000", "port", "value should be between 0 and 65535" },
        { "services.0.prot = \"http\"", "services 00000001-0000-4000-8000-000000000000", "prot", "unknown field" },
        { "services.1.id = \"00000001-0000-4000-8000-000000000000\"", "services 00000001-0000-4000-8000-000000000000", "id", "uniqueness violation: 'services' entity with primary key" },
        { "services.1.name = \"service-0\"", "services 00000001-0000-4000-8000-000000000001", "name", "uniqueness violation: 'services' entity with name set to 'service-0' already declared" },
        { "services.0.id = null", "services #1", "id", "required field missing" },
        { "services.0.id = \"x\"", "services x", "id", "expected a valid UUID" },
        { "services.0 = 7", "services #1", null, "expected a record" },
        { "services = 7", "services", null, "expected an array" },
        { "routes.0.service = \"00000009-0000-4000-8000-000000000000\"", "routes 00000002-0000-4000-8000-000000000000", "service", "invalid reference 'service: 00000009-0000-4000-8000-000000000000' (no such entity in 'services')" },
        { "routes.0.service = \"nothing\"", "routes 00000002-0000-4000-8000-000000000000", "service", "expected a valid UUID" },
        { "keyauth_credentials.1.key = \"secret-0\"", "keyauth_credentials 00000004-0000-4000-8000-000000000001", "key", "key set to '***' already declared" },
        { "keyauth_credentials.1.ttl = \"soon\"", "keyauth_credentials 00000004-0000-4000-8000-000000000001", "ttl", "expected a number" },
        { "wonders = [{}]", "wonders", null, "unknown entity 'wonders'" },
        { "_format_version = \"9.0\"", null, "_format_version", "expected one of: 1.1, 2.1, 3.0" },
        { "_format_version = null", null, "_format_version", "required field missing" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Apply_BadDocument_IsRejectedWholeWithEntityAndField(string change, string? entity, string? field, string message)
    {
        using var plane = new TestPlane(Folder);
        await plane.ApplyAsync(Documents.Sample());
        var before = plane.Contents();
        var parts = change.Split(" = ", 2);
        var document = Documents.Sample();
        Set(document, parts[0].Split('.'), JsonNode.Parse(parts[1]));

        var rejected = (await plane.ApplyAsync(document)).ShouldBeOfType<ApplyOutcome.Rejected>();

        rejected.Entity.ShouldBe(entity);
        rejected.Field.ShouldBe(field);
        rejected.Message.ShouldContain(message);
        plane.Contents().ShouldBe(before);
    }

    [Theory]
    [InlineData("{\"_format_version\":\"3.0\",\"services\":[")]
    [InlineData("{\"_format_version\":\"3.0\",\"_format_version\":\"3.0\"}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task Apply_NoDocument_IsRejected(string text)
    {
        using var plane = new TestPlane(Folder);
        (await plane.Applier.ApplyAsync(Documents.Message(text), CancellationToken.None)).ShouldBeOfType<ApplyOutcome.Rejected>().Entity.ShouldBeNull();
    }

    [Fact]
    public async Task Apply_TwoPluginsOfOneNameAndScope_IsRejected()
    {
        var document = Documents.Sample();
        document["plugins"] = new JsonArray(Plugin(0), Plugin(1));
        using var plane = new TestPlane(Folder);
        (await plane.ApplyAsync(document)).ShouldBe(new ApplyOutcome.Rejected(
            "uniqueness violation: 'plugins' entity with the same name, route, service, consumer, consumer_group already declared", $"plugins {Documents.Id(5, 1)}"));

        static JsonObject Plugin(int i) => Documents.Row(5, i, new JsonObject { ["name"] = "test-nothing", ["config"] = new JsonObject() });
    }

    [Fact]
    public async Task Apply_PluginSettings_HaveEveryDefault()
    {
        var document = Documents.Sample();
        document["plugins"] = new JsonArray(Documents.Row(5, 0, new JsonObject { ["name"] = "test-nothing", ["config"] = new JsonObject { ["realm"] = "ours" } }));
        using var plane = new TestPlane(Folder);
        (await plane.ApplyAsync(document)).ShouldBe(ApplyOutcome.Applied.Instance);
        var config = plane.InUse!.Plugins.ShouldHaveSingleItem().Config!;
        config["realm"]!.GetValue<string>().ShouldBe("ours");
        config["names"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldBe("apikey");
    }

    [Fact]
    public async Task Apply_OneRowChanged_TheOthersAreTakenFromTheStore()
    {
        using var plane = new TestPlane(Folder);
        await plane.ApplyAsync(Documents.Sample(50));
        var before = plane.Contents().Split('\n');
        var document = Documents.Sample(50);
        document["services"]![7]!["port"] = 9999;
        (await plane.ApplyAsync(document)).ShouldBe(ApplyOutcome.Applied.Instance);
        plane.InUse!.Services.Single(s => s.Port is 9999).Id.Value.ShouldBe(Documents.Id(1, 7));
        plane.Contents().Split('\n').Except(before).ShouldHaveSingleItem().ShouldContain("9999");
    }

    [Fact]
    public async Task Apply_ManyAtOnce_OneAfterTheOther()
    {
        using var plane = new TestPlane(Folder);
        var inside = 0;
        var most = 0;
        plane.Judge = _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Interlocked.Decrement(ref inside);
            return null;
        };
        await Task.WhenAll(Enumerable.Range(1, 20).Select(i => plane.ApplyAsync(Documents.Sample(i))));
        most.ShouldBe(1);
        plane.Contents().Split('\n').Length.ShouldBe((plane.InUse!.Services.Count * 4) + 1);
    }

    private static void Set(JsonNode node, string[] path, JsonNode? value)
    {
        foreach (var part in path[..^1])
        {
            node = int.TryParse(part, out var index) ? node[index]! : node[part]!;
        }

        if (int.TryParse(path[^1], out var last))
        {
            node[last] = value;
        }
        else
        {
            node[path[^1]] = value;
        }
    }
}
