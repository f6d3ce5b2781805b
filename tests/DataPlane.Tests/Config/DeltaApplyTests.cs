using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Entities;
using Gateway.Plugins.KeyAuth;
using Gateway.Sync;

namespace Gateway.DataPlane.Tests.Config;

public sealed class DeltaApplyTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestPlane _plane;

    public DeltaApplyTests() => _plane = new TestPlane(_folder.Of("dbless.lmdb"));

    public async Task InitializeAsync() => (await ApplyAsync(DeltaDocuments.Full(Documents.Sample(3), 1))).ShouldBe(ApplyOutcome.Applied.Instance);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _plane.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Full_IsInUseUnderItsVersion()
    {
        (_plane.Applier.Version, _plane.Applier.CurrentHash).ShouldBe((DeltaDocuments.Version(1), DeltaDocuments.Version(1)));
        _plane.Store.Current!.Rows.ShouldBe(13);
        _plane.InUse!.Routes.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Changes_ChangeJustTheirRowsAndIndexes_AndTheFileStaysSound()
    {
        var moved = Documents.Credential(0, "other-secret", consumer: 1);
        (await ApplyAsync(DeltaDocuments.Mixed(
            2,
            [("keyauth_credentials", moved), ("services", With(Documents.Service(1), "port", 9999)), ("consumers", Documents.Row(3, 9, new JsonObject { ["username"] = "new" }))],
            [("keyauth_credentials", Documents.Id(4, 2)), ("consumers", Documents.Id(3, 2))]))).ShouldBe(ApplyOutcome.Applied.Instance);

        var lookup = _plane.Lookup<KeyAuthCredential>();
        lookup.ByUnique("key", "secret-0").ShouldBeNull();
        lookup.ByUnique("key", "other-secret")!.Consumer!.Value.ShouldBe(Documents.Id(3, 1));
        lookup.ByUnique("key", "secret-2").ShouldBeNull();
        lookup.ByForeign("consumer", Documents.Id(3, 1)).Count.ShouldBe(2);
        lookup.ByForeign("consumer", Documents.Id(3, 0)).ShouldBeEmpty();
        _plane.Lookup<Consumer>().ByUnique("username", "new").ShouldNotBeNull();
        _plane.InUse!.Services.Single(s => s.Id.Value == Documents.Id(1, 1)).Port.ShouldBe(9999);
        (_plane.Applier.Version, _plane.Store.Current!.Rows).ShouldBe((DeltaDocuments.Version(2), 12));
        ShouldOutliveARestart();
    }

    [Fact]
    public async Task Value_ThatMovesFromOneRowToAnother_IsFoundAtTheNewOne()
    {
        (await ApplyAsync(DeltaDocuments.Set(
            2, ("keyauth_credentials", Documents.Credential(0, "secret-1")), ("keyauth_credentials", Documents.Credential(1, "secret-0"))))).ShouldBe(ApplyOutcome.Applied.Instance);
        _plane.Lookup<KeyAuthCredential>().ByUnique("key", "secret-0")!.Id.Value.ShouldBe(Documents.Id(4, 1));
        ShouldOutliveARestart();
    }

    [Fact]
    public async Task Change_OfWhatIsOnlyLookedUp_CompilesNothing()
    {
        var before = _plane.InUse;
        (await ApplyAsync(DeltaDocuments.Set(2, ("consumers", Documents.Row(3, 9, new JsonObject { ["username"] = "new" }))))).ShouldBe(ApplyOutcome.Applied.Instance);
        _plane.InUse.ShouldBeSameAs(before);
        _plane.Lookup<Consumer>().ByUnique("username", "new").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("services", "port", "\"no number\"", "port")]
    [InlineData("services", "name", "\"service-0\"", "name")]
    [InlineData("routes", "service", "{\"id\":\"00000001-0000-4000-8000-00000000ffff\"}", "service")]
    [InlineData("services", "unheard_of", "1", "unheard_of")]
    public async Task Change_ThatIsWrong_IsRefusedWholeWithEntityAndField(string type, string field, string value, string named)
    {
        var contents = _plane.Contents();
        var row = type is "services" ? Documents.Service(1) : Documents.Row(2, 1, new JsonObject { ["name"] = "r", ["paths"] = new JsonArray("/x"), ["service"] = null });
        row[field] = JsonNode.Parse(value);
        var rejection = (await ApplyAsync(DeltaDocuments.Set(2, ("consumers", Documents.Row(3, 9, new JsonObject { ["username"] = "new" })), (type, row)))).ShouldBeOfType<ApplyOutcome.Rejected>();
        rejection.Entity.ShouldBe($"{type} {row["id"]}");
        rejection.Field.ShouldBe(named);
        Unharmed(contents);
    }

    [Fact]
    public async Task Change_ToAnEntityOfManyMegabytes_IsRefusedAndNamesItsLargestField()
    {
        var contents = _plane.Contents();
        var row = Documents.Service(1);
        row["tags"] = new JsonArray(new string('x', 20_000_000));
        var rejection = (await ApplyAsync(DeltaDocuments.Set(2, ("services", row)))).ShouldBeOfType<ApplyOutcome.Rejected>();
        (rejection.Entity, rejection.Field).ShouldBe(($"services {row["id"]}", "tags"));
        rejection.Message.ShouldContain("at most 16777216 are taken");
        Unharmed(contents);
    }

    [Fact]
    public async Task Deletion_OfWhatOthersReferTo_IsRefusedAndNamesThem()
    {
        var contents = _plane.Contents();
        var rejection = (await ApplyAsync(DeltaDocuments.Gone(2, ("services", Documents.Id(1, 1))))).ShouldBeOfType<ApplyOutcome.Rejected>();
        (rejection.Entity, rejection.Field).ShouldBe(($"routes {Documents.Id(2, 1)}", "service"));
        Unharmed(contents);

        (await ApplyAsync(DeltaDocuments.Gone(2, ("services", Documents.Id(1, 1)), ("routes", Documents.Id(2, 1))))).ShouldBe(ApplyOutcome.Applied.Instance);
    }

    [Fact]
    public async Task Change_ThatDoesNotCompile_LeavesEverythingAsItWas_AndTheNextGoodOneIsTaken()
    {
        var contents = _plane.Contents();
        _plane.Judge = entities => entities.Services.Any(s => s.Port is 666) ? new CompileResult.Failed("poison", "services", Documents.Id(1, 1), "port") : null;
        (await ApplyAsync(DeltaDocuments.Set(2, ("services", With(Documents.Service(1), "port", 666))))).ShouldBeOfType<ApplyOutcome.Rejected>().Field.ShouldBe("port");
        Unharmed(contents);
        (await ApplyAsync(DeltaDocuments.Set(3, ("services", With(Documents.Service(1), "port", 777))))).ShouldBe(ApplyOutcome.Applied.Instance);
        _plane.InUse!.Services.Single(s => s.Id.Value == Documents.Id(1, 1)).Port.ShouldBe(777);
    }

    [Fact]
    public async Task Few_AreAppliedAtOnce_AndManyStandBackBehindRequests()
    {
        var nice = new List<string>();
        _plane.Judge = _ =>
        {
            // The field after the 18 that the name of the thread may not shift.
            nice.Add(File.ReadAllText("/proc/thread-self/stat").Split(") ")[^1].Split(' ')[16]);
            return null;
        };
        await ApplyAsync(DeltaDocuments.Set(2, ("services", Documents.Service(20))));
        await ApplyAsync(DeltaDocuments.Set(3, [.. Enumerable.Range(30, 1001).Select(i => ("services", Documents.Service(i)))]));
        await _plane.ApplyAsync(Documents.Sample(5));
        await _plane.ApplyAsync(Documents.Sample(2000));

        nice.ShouldBe(["0", "10", "0", "10"]);
    }

    [Fact]
    public async Task Changes_OfAConfigurationThatWasPushed_AreRefused()
    {
        (await _plane.ApplyAsync(Documents.Sample(2))).ShouldBe(ApplyOutcome.Applied.Instance);
        _plane.Applier.Version.ShouldBe(ConfigHashes.Zeros);
        (await ApplyAsync(DeltaDocuments.Set(2, ("services", Documents.Service(7))))).ShouldBeOfType<ApplyOutcome.Rejected>();
    }

    [Fact]
    public async Task Deletion_OfEverything_LeavesAnEmptyConfigurationUnderItsVersion()
    {
        (await ApplyAsync(DeltaDocuments.Gone(2, [.. Enumerable.Range(0, 3).SelectMany(i => new[]
        {
            ("services", Documents.Id(1, i)), ("routes", Documents.Id(2, i)), ("consumers", Documents.Id(3, i)), ("keyauth_credentials", Documents.Id(4, i)),
        })]))).ShouldBe(ApplyOutcome.Applied.Instance);
        (_plane.Applier.Version, _plane.Applier.CurrentHash).ShouldBe((DeltaDocuments.Version(2), ConfigHashes.Zeros));
    }

    private Task<ApplyOutcome> ApplyAsync(Gateway.Sync.Rpc.SyncDeltas deltas) => _plane.Applier.ApplyAsync(deltas, CancellationToken.None).AsTask();

    private void Unharmed(string contents)
    {
        _plane.Applier.Version.ShouldBe(DeltaDocuments.Version(1));
        _plane.Contents().ShouldBe(contents);
    }

    private void ShouldOutliveARestart()
    {
        var (contents, version) = (_plane.Contents(), _plane.Applier.Version);
        _plane.Dispose();
        StoreCheck.Damage(Path.Combine(_folder.Of("dbless.lmdb"), "data.mdb")).ShouldBeNull();
        using var again = new TestPlane(_folder.Of("dbless.lmdb"));
        again.Applier.LoadPersisted().ShouldBe(ApplyOutcome.Applied.Instance);
        again.Applier.Version.ShouldBe(version);
        again.Contents().ShouldBe(contents);
    }

    private static JsonObject With(JsonObject row, string field, JsonNode value)
    {
        row[field] = value;
        return row;
    }
}
