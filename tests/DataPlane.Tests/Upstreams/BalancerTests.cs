using System.Net;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Dns;

namespace Gateway.DataPlane.Tests.Upstreams;

public sealed class BalancerTests
{
    [Theory]
    [InlineData(95, 5)]
    [InlineData(100, 100)]
    [InlineData(1, 999)]
    [InlineData(7, 3)]
    public async Task Next_TenThousandTimes_SharesExactlyByWeight(int one, int other)
    {
        var balancer = Make(Resolver(TimeProvider.System, []), new UpstreamTarget("127.0.0.1", 1, one), new UpstreamTarget("127.0.0.1", 2, other));
        var first = 0;
        var longest = 0;
        var run = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var port = (await balancer.NextAsync(null))!.Port;
            first += port is 1 ? 1 : 0;
            run = port is 1 ? 0 : run + 1;
            longest = Math.Max(longest, run);
        }

        ((double)first).ShouldBe(10_000d * one / (one + other), tolerance: 1);
        if (one > other)
        {
            longest.ShouldBeLessThanOrEqualTo(1 + (other / one), "turns are spread evenly");
        }
    }

    [Fact]
    public async Task Next_FromManyThreads_SharesExactlyByWeight()
    {
        var balancer = Make(Resolver(TimeProvider.System, []), new UpstreamTarget("127.0.0.1", 1, 95), new UpstreamTarget("127.0.0.1", 2, 5));
        await balancer.NextAsync(null);
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (var i = 0; i < 2500; i++)
            {
                count += (await balancer.NextAsync(null))!.Port is 1 ? 1 : 0;
            }

            return count;
        })));

        ((double)counts.Sum()).ShouldBe(19_000, tolerance: 1);
    }

    [Fact]
    public async Task Next_AfterFailures_AvoidsThePeersThatFailed()
    {
        var balancer = Make(Resolver(TimeProvider.System, []), new UpstreamTarget("127.0.0.1", 1, 1000), new UpstreamTarget("127.0.0.1", 2, 1), new UpstreamTarget("127.0.0.1", 3, 0));
        var failed = (await balancer.NextAsync(null))!;
        for (var i = 0; i < 20; i++)
        {
            (await balancer.NextAsync([failed]))!.Port.ShouldNotBe(failed.Port);
        }

        (await balancer.NextAsync([failed, (await balancer.NextAsync([failed]))!])).ShouldNotBeNull("when all have failed, any is tried again");
    }

    [Fact]
    public async Task Next_ANameWithSeveralAddresses_UsesThemAllAndFollowsItsChanges()
    {
        var clock = new StoppedClock();
        var asked = 0;
        string[] known = ["10.0.0.1", "10.0.0.2"];
        var book = new NameResolver(new DnsOptions(), clock, (_, _, _) =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(Found(Volatile.Read(ref known)));
        });
        var balancer = Make(book, clock, new UpstreamTarget("a.test", 80, 100));

        (await DrawAsync(balancer, 100)).ShouldBe(new Dictionary<string, int> { ["10.0.0.1:80"] = 50, ["10.0.0.2:80"] = 50 }, ignoreOrder: true);
        asked.ShouldBe(1, "the resolver is not asked per request");

        Volatile.Write(ref known, ["10.0.0.3"]);
        clock.Advance(TimeSpan.FromSeconds(11));
        await Testing.Wait.UntilAsync(async () => (await DrawAsync(balancer, 10)).Keys.SequenceEqual(["10.0.0.3:80"]) || Tick(clock), "the new address is used");
    }

    [Fact]
    public async Task OwnHosts_OfServicesWithOneHostAndPort_AreOneForAsLongAsItIsInUse()
    {
        var asked = 0;
        var book = new NameResolver(new DnsOptions(), TimeProvider.System, (_, _, _) =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(Found(["10.0.0.1"]));
        });
        var hosts = new OwnHosts(book, TimeProvider.System);
        var balancer = hosts.Of("a.test", 80);
        var peer = await balancer.NextAsync(null);

        // What is in use outlives that others are forgotten, and its name is not resolved again for who comes later.
        hosts.Forget();
        hosts.Of("a.test", 80).ShouldBeSameAs(balancer);
        (await hosts.Of("a.test", 80).NextAsync(null)).ShouldBeSameAs(peer);
        asked.ShouldBe(1);
        (await hosts.Of("a.test", 81).NextAsync(null))!.Port.ShouldBe(81);
        (await hosts.Of("b.test", 80).NextAsync(null))!.HttpHost.ShouldBe("b.test");
        GC.KeepAlive(balancer);
    }

    [Fact]
    public async Task Next_AResolverThatFails_KeepsTheKnownAddresses()
    {
        var clock = new StoppedClock();
        var fail = false;
        var book = new NameResolver(new DnsOptions(), clock, (_, _, _) => Task.FromResult(Volatile.Read(ref fail)
            ? new LookupResult([], null, null, "dns server error: 2 server failure")
            : Found(["10.0.0.1"])));
        var balancer = Make(book, clock, new UpstreamTarget("a.test", 80, 100));
        (await balancer.NextAsync(null)).ShouldNotBeNull();

        Volatile.Write(ref fail, true);
        for (var i = 0; i < 5; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(11));
            (await balancer.NextAsync(null)).ShouldNotBeNull();
        }
    }

    [Fact]
    public void HostHeader_NamesTheHostAndAnUnusualPort()
    {
        new Peer("a.test", IPAddress.Loopback, 80, null).HttpHost.ShouldBe("a.test");
        new Peer("a.test", IPAddress.Loopback, 443, null).HttpHost.ShouldBe("a.test:443");
        new Peer("a.test", IPAddress.Loopback, 443, null).HttpsHost.ShouldBe("a.test");
        new Peer("::1", IPAddress.IPv6Loopback, 81, null).HttpHost.ShouldBe("[::1]:81");
        new Peer("a.test", IPAddress.Loopback, 81, "b.test:5").HttpHost.ShouldBe("b.test:5");
    }

    private static LookupResult Found(string[] addresses) =>
        new([.. addresses.Select(a => new NameRecord(IPAddress.Parse(a)))], DnsOrder.A, TimeSpan.FromSeconds(10), null);

    private static NameResolver Resolver(TimeProvider time, string[] addresses) =>
        new(new DnsOptions(), time, (_, _, _) => Task.FromResult(Found(addresses)));

    private static bool Tick(StoppedClock clock)
    {
        clock.Advance(TimeSpan.FromSeconds(11));
        return false;
    }

    private static async Task<Dictionary<string, int>> DrawAsync(Balancer balancer, int times)
    {
        var drawn = new Dictionary<string, int>();
        for (var i = 0; i < times; i++)
        {
            var peer = (await balancer.NextAsync(null))!.ToString();
            drawn[peer] = drawn.GetValueOrDefault(peer) + 1;
        }

        return drawn;
    }

    private static Balancer Make(NameResolver book, params UpstreamTarget[] targets) => Make(book, TimeProvider.System, targets);

    private static Balancer Make(NameResolver book, TimeProvider time, params UpstreamTarget[] targets) =>
        new(new UpstreamPlan(targets, null, IsUpstream: true), new UpstreamState(), book, time);
}
