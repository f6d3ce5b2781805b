using System.Text.Json.Nodes;
using Gateway.DataPlane.Telemetry;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Plugins.KeyAuth;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;
using Gateway.Sync.Telemetry;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Telemetry;

/// <summary>What is counted of real requests, by whom and for whom they are.</summary>
public sealed class EntityCountersTests
{
    private static readonly Consumer _bob = new() { Id = new(Guid.NewGuid()), Username = "bob" };

    [Fact]
    public async Task Requests_OfRoutesAndConsumers_AreCountedOnceWithTheirStatusAndSource()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        var (open, closed) = (Some.Route(service, "/open"), Some.Route(service, "/closed"));
        var config = Some.Config(service, open, closed) with
        {
            Plugins = [Some.Plugin("key-auth", new JsonObject { ["key_names"] = new JsonArray("apikey") }, closed)],
        };
        await using var gateway = await TestGateway.StartAsync(config, services => services
            .AddSingleton<ILookup<Consumer>>(new FakeLookup<Consumer>(_bob))
            .AddSingleton<ILookup<KeyAuthCredential>>(new FakeLookup<KeyAuthCredential>(new KeyAuthCredential { Id = new(Guid.NewGuid()), Consumer = _bob.Id, Key = "kbob" })));
        var traffic = gateway.Services.GetRequiredService<Traffic>();
        // Nothing is counted before someone says that they will be asked for.
        (await gateway.Client.GetAsync("/open")).Dispose();
        await Wait.UntilAsync(() => traffic.Totals.Read().Requests == 1, "the first request is over");
        traffic.Entities.Take().ShouldBe((null, null));
        traffic.Watch();

        foreach (var path in new[] { "/open", "/open?a=b", "/closed", "/closed?apikey=kbob", "/none" })
        {
            (await gateway.Client.GetAsync(path)).Dispose();
        }

        // A request is counted when it is over, which the client need not wait for.
        await Wait.UntilAsync(() => traffic.Totals.Read().Requests == 6, "all requests are over");
        var (routes, consumers) = traffic.Entities.Take();
        var first = routes!.Single(r => r.Id == open.Id!.Value);
        first.Service.ShouldBe(service.Id!.Value);
        first.Codes.ShouldBe([200, 2]);
        first.Own.ShouldBeEmpty();
        PackedCounts.Sum(first.Latency).ShouldBe(2);
        PackedCounts.Sum(first.Upstream).ShouldBe(2);
        PackedCounts.Sum(first.Gateway).ShouldBe(2);
        var second = routes!.Single(r => r.Id == closed.Id!.Value);
        second.Codes.ShouldBe([200, 1]);
        second.Own.ShouldBe([401, 1]);
        PackedCounts.Sum(second.Upstream).ShouldBe(1);
        var consumer = consumers.ShouldNotBeNull().ShouldHaveSingleItem();
        consumer.Id.ShouldBe(_bob.Id.Value);
        consumer.Codes.ShouldBe([200, 1]);
        traffic.Entities.Take().ShouldBe((null, null));
    }

    [Fact]
    public async Task Samples_OfManyRequests_AreFewAndHoldNoSecret()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));
        var traffic = gateway.Services.GetRequiredService<Traffic>();
        traffic.Watch();
        for (var i = 0; i < 100; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln?apikey=topsecret&page") { Headers = { { "Authorization", "Bearer topsecret" } } };
            (await gateway.Client.SendAsync(request)).Dispose();
        }

        var samples = traffic.Sampler.Take().ShouldNotBeNull();
        samples.Count.ShouldBeInRange(1, 40);
        samples[0].Path.ShouldBe("/v1/***?apikey=***&page");
        samples[0].Status.ShouldBe(200);
        samples[0].Service.ShouldBe(service.Id!.Value);
        samples[0].Latency.ShouldBeGreaterThan(0);
        System.Text.Encoding.UTF8.GetString(new NodeVitals { Samples = samples }.ToMessage()).ShouldNotContain("topsecret");
    }

    [Theory]
    [InlineData("/", null, "/")]
    [InlineData("/orders/42/items", "page=2&sort=name", "/orders/42/items?page=***&sort=***")]
    [InlineData("/a/3f1b6c4e-8d7a-4b7e-9a44-0c2f8f1f2c11", null, "/a/3f1b6c4e-8d7a-4b7e-9a44-0c2f8f1f2c11")]
    [InlineData("/a/sk_live_51H8s7fK2mQz9Rt4WvXyB", null, "/a/***")]
    [InlineData("/an-article-with-a-rather-long-title", null, "/an-article-with-a-rather-long-title")]
    [InlineData("/", "sk_live_51H8s7fK2mQz9Rt4WvXyB", "/?***")]
    public void Target_OfARequest_IsShownWithoutSecrets(string path, string? query, string shown) => SecretMask.Target(path, query).ShouldBe(shown);

    [Fact]
    public void Target_ThatIsLong_IsCut() => SecretMask.Target("/" + string.Join('/', Enumerable.Repeat("abc", 1000)), "q=1").Length.ShouldBeLessThan(300);

    [Fact]
    public async Task Requests_NotedDownByManyThreadsWhileOthersCount_AreCountedOnce()
    {
        const int Each = 20_000;
        var (counted, sum) = (new CountTable(), 0L);
        var numbers = new List<(int Number, long Count)>();
        var requests = new AnsweredRequests(batch =>
        {
            Span<int> told = stackalloc int[RequestNote.MostNumbers];
            foreach (var request in batch)
            {
                request.Note.Numbers(told).ShouldBe(1);
                counted.Add(told[0]);
            }
        });
        var noting = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                requests.Add(new(null, default, new RequestNote(i % 600, false, -1, -1, -1)));
            }
        })));
        while (!noting.IsCompleted)
        {
            sum += TakeSum();
        }

        await noting;
        (sum + TakeSum()).ShouldBe(4 * Each);

        long TakeSum() => requests.CountAndRead(() =>
        {
            counted.Take(numbers);
            return numbers.Sum(n => n.Count);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(1_000)]
    public void Counter_OfAnyNumberOfRequests_TellsWhatWasCountedAndBeginsAnew(int requests)
    {
        var (random, counter, taken) = (new Random(requests), new EntityCounter(), new TakenCounts());
        foreach (var _ in new int[3])
        {
            var (codes, own, latency, upstream, gateway) = (new SortedDictionary<long, long>(), new SortedDictionary<long, long>(), new SortedDictionary<long, long>(), new SortedDictionary<long, long>(), new SortedDictionary<long, long>());
            for (var i = 0; i < requests; i++)
            {
                var (status, isOwn) = (random.Next(700), random.Next(2) is 0);
                var (whole, before, there) = (random.Next(LatencyBuckets.Count), random.Next(-1, LatencyBuckets.Count), random.Next(-1, 3));
                counter.Add(new RequestNote(status, isOwn, whole, before, there));
                Count(isOwn ? own : codes, Math.Clamp(status, 100, 599));
                Count(latency, whole);
                Count(gateway, before);
                Count(upstream, there);
            }

            counter.IsEmpty.ShouldBe(requests is 0);
            taken.Read(counter);
            taken.Of(CountKind.Codes).ShouldBe(Packed(codes));
            taken.Of(CountKind.Own).ShouldBe(Packed(own));
            taken.Of(CountKind.Latency).ShouldBe(Packed(latency));
            taken.Of(CountKind.Upstream).ShouldBe(Packed(upstream));
            taken.Of(CountKind.Gateway).ShouldBe(Packed(gateway));
            counter.IsEmpty.ShouldBeTrue();
        }

        static void Count(SortedDictionary<long, long> counts, int number)
        {
            if (number >= 0)
            {
                counts[number] = counts.GetValueOrDefault(number) + 1;
            }
        }

        static IEnumerable<long> Packed(SortedDictionary<long, long> counts) => counts.SelectMany(c => new[] { c.Key, c.Value });
    }

    [Fact]
    public void CountTable_OfAnyNumbers_GivesThemBackInOrderAndBeginsAnew()
    {
        var (random, expected, table) = (new Random(7), new SortedDictionary<int, long>(), new CountTable());
        var taken = new List<(int Number, long Count)>();
        foreach (var size in new[] { 5_000, 3, 0, 400 })
        {
            expected.Clear();
            for (var i = 0; i < size; i++)
            {
                var number = random.Next(3) is 0 ? random.Next(65_535) : random.Next(40);
                expected[number] = expected.GetValueOrDefault(number) + 1;
                table.Add(number);
            }

            table.IsEmpty.ShouldBe(size is 0);
            table.Take(taken);
            taken.ShouldBe(expected.Select(e => (e.Key, e.Value)));
        }
    }

    [Fact]
    public void Counters_ThatAreTooManyForAReport_TellByTurnsAndAreDroppedWhenTheyAreSilent()
    {
        var ring = new CounterRing<int>(3);
        for (var key = 0; key < 4; key++)
        {
            ring.Of(key)?.Add(new RequestNote(200, false, -1, -1, -1));
        }

        ring.Of(3).ShouldBeNull("three is the most");
        var full = ring.Era;
        Told(room: 3).ShouldBe([0, 1]);
        ring.Of(0)!.Add(new RequestNote(200, false, -1, -1, -1));
        Told(room: 100).ShouldBe([2, 0]);
        var first = ring.Of(1)!;
        for (var i = 0; i < 61; i++)
        {
            ring.Of(0)!.Add(new RequestNote(200, false, -1, -1, -1));
            Told(room: 100).ShouldBe([0]);
        }

        first.IsDropped.ShouldBeTrue();
        ring.Era.ShouldBeGreaterThan(full, "who got no counter asks again");
        ring.Of(3).ShouldNotBeNull("there is room again");

        IReadOnlyList<int>? Told(int room) => ring.Take((key, _) => key, ref room);
    }
}
