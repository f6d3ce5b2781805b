using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.Entities;
using Gateway.Plugins.KeyAuth;
using Gateway.PluginSdk;

namespace Gateway.DataPlane.Tests.Config;

public sealed class StoreLookupTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lookup_ByEveryKey_FindsWhatIsThere()
    {
        using var plane = Plane();
        await plane.ApplyAsync(Documents.Sample(3));
        var consumers = plane.Lookup<Consumer>();
        var credentials = plane.Lookup<KeyAuthCredential>();
        consumers.ById(Documents.Id(3, 1))!.Username.ShouldBe("consumer-1");
        consumers.ById(Documents.Id(3, 7)).ShouldBeNull();
        consumers.ByUnique("username", "consumer-2")!.Id.Value.ShouldBe(Documents.Id(3, 2));
        consumers.ByUnique("custom_id", "consumer-2").ShouldBeNull();
        credentials.ByUnique("key", "secret-0")!.Consumer.Value.ShouldBe(Documents.Id(3, 0));
        credentials.ByForeign("consumer", Documents.Id(3, 2)).ShouldHaveSingleItem().Key.ShouldBe("secret-2");
        credentials.ByForeign("consumer", Documents.Id(3, 7)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Lookup_AskedTwice_AnswersFromMemory()
    {
        using var plane = Plane();
        await plane.ApplyAsync(Documents.Sample(3));
        var consumers = plane.Lookup<Consumer>();
        consumers.ById(Documents.Id(3, 1)).ShouldBeSameAs(consumers.ById(Documents.Id(3, 1)));
        consumers.ByUnique("username", "consumer-1").ShouldBeSameAs(consumers.ByUnique("username", "consumer-1"));
        consumers.ByForeign("username", Documents.Id(3, 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Lookup_NewConfiguration_ForgetsFoundAndMissed()
    {
        using var plane = Plane();
        await plane.ApplyAsync(Documents.Sample(2));
        var credentials = plane.Lookup<KeyAuthCredential>();
        credentials.ByUnique("key", "secret-0").ShouldNotBeNull();
        credentials.ByUnique("key", "new").ShouldBeNull();
        credentials.ById(Documents.Id(4, 9)).ShouldBeNull();
        credentials.ByForeign("consumer", Documents.Id(3, 0)).Count.ShouldBe(1);

        var document = Documents.Sample(2);
        document["keyauth_credentials"] = new JsonArray(Documents.Credential(9, "new", consumer: 0), Documents.Credential(8, "other", consumer: 0));
        await plane.ApplyAsync(document);

        credentials.ByUnique("key", "secret-0").ShouldBeNull();
        credentials.ByUnique("key", "new")!.Id.Value.ShouldBe(Documents.Id(4, 9));
        credentials.ById(Documents.Id(4, 9)).ShouldNotBeNull();
        credentials.ByForeign("consumer", Documents.Id(3, 0)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Lookup_RejectedConfiguration_ChangesNothing()
    {
        using var plane = Plane();
        await plane.ApplyAsync(Documents.Sample(2));
        var consumers = plane.Lookup<Consumer>();
        var before = consumers.ById(Documents.Id(3, 0));
        plane.Judge = _ => new CompileResult.Failed("no");
        await plane.ApplyAsync(Documents.Sample(3));
        consumers.ById(Documents.Id(3, 0)).ShouldBeSameAs(before);
    }

    [Fact]
    public async Task Lookup_RowThatExpires_IsNotFoundAfterwards()
    {
        // The document was built at 1700000000: a small ttl counts from there, a great one is a time.
        var time = new TestTime(DateTimeOffset.FromUnixTimeSeconds(1700000000));
        using var plane = Plane(time);
        var document = Documents.Sample(3);
        document["keyauth_credentials"]![0]!["ttl"] = 60;
        document["keyauth_credentials"]![1]!["ttl"] = 1700000030;
        document["keyauth_credentials"]![2]!["ttl"] = 0;
        await plane.ApplyAsync(document);
        var (credentials, consumers) = (plane.Lookup<KeyAuthCredential>(), plane.Lookup<Consumer>());
        ShouldBeFound([true, true, true]);
        time.Now += TimeSpan.FromSeconds(30);
        ShouldBeFound([true, false, true]);
        time.Now += TimeSpan.FromSeconds(30);
        ShouldBeFound([false, false, true]);
        credentials.ById(Documents.Id(4, 0)).ShouldBeNull();
        credentials.ByForeign("consumer", Documents.Id(3, 0)).ShouldBeEmpty();

        void ShouldBeFound(bool[] expected)
        {
            var keys = Enumerable.Range(0, 3).Select(i => $"secret-{i}").ToArray();
            keys.Select(k => credentials.ByUnique("key", k) is not null).ShouldBe(expected);
            keys.Select(k => credentials.WithOwner("key", k, c => c.Consumer.Value, consumers) is not null).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task LookupWithOwner_WhenEitherChanges_FindsWhatIsThereNow()
    {
        using var plane = Plane();
        await plane.ApplyAsync(Documents.Sample(2));
        var (credentials, consumers) = (plane.Lookup<KeyAuthCredential>(), plane.Lookup<Consumer>());
        var first = Owned(0)!;
        first.Entity.Id.Value.ShouldBe(Documents.Id(4, 0));
        first.Owner!.Username.ShouldBe("consumer-0");
        Owned(0).ShouldBeSameAs(first, "it answers from memory");
        Owned(7).ShouldBeNull();

        // Only the consumer changes.
        var document = Documents.Sample(2);
        document["consumers"]![0]!["username"] = "renamed";
        await plane.ApplyAsync(document);
        Owned(0)!.Owner!.Username.ShouldBe("renamed");

        // Only the credential changes.
        document["keyauth_credentials"]![0]!["consumer"] = Documents.Id(3, 1).ToString();
        await plane.ApplyAsync(document);
        Owned(0)!.Owner!.Username.ShouldBe("consumer-1");

        document["keyauth_credentials"] = new JsonArray(Documents.Credential(1, "secret-1"));
        await plane.ApplyAsync(document);
        Owned(0).ShouldBeNull();

        Owned<KeyAuthCredential>? Owned(int number) => credentials.WithOwner("key", $"secret-{number}", c => c.Consumer.Value, consumers);
    }

    [Fact]
    public async Task Lookup_WhileConfigurationsChange_NeverMissesWhatAllHave()
    {
        using var plane = Plane();
        await plane.ApplyAsync(Documents.Sample(20));
        var credentials = plane.Lookup<KeyAuthCredential>();
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(r => Task.Run(() =>
        {
            for (var i = r; !stop.IsCancellationRequested; i++)
            {
                credentials.ByUnique("key", $"secret-{i % 20}").ShouldNotBeNull().Id.Value.ShouldBe(Documents.Id(4, i % 20));
            }
        })).ToArray();
        for (var i = 0; i < 30; i++)
        {
            (await plane.ApplyAsync(Documents.Sample(21 + i))).ShouldBe(Gateway.DataPlane.Sync.ApplyOutcome.Applied.Instance);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public void Cache_MoreThanItsCapacity_KeepsWhatIsAskedFor()
    {
        var cache = new LookupCache<int, string>(100);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Add(i, $"{i}");
            cache.Find(0).ShouldBe("0");
        }

        Enumerable.Range(0, 10_000).Count(i => cache.Find(i) is not null).ShouldBeLessThanOrEqualTo(150);
    }

    private TestPlane Plane(TimeProvider? time = null) => new(_folder.Of("dbless.lmdb"), time);
}
