using System.Net;
using Gateway.DataPlane.Upstreams.Dns;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Upstreams.Dns;

public sealed class NameResolverTests : IAsyncLifetime
{
    private readonly StoppedClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private TestDnsServer _server = null!;

    public Task InitializeAsync()
    {
        _server = TestDnsServer.Start();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Find_AnAddressRecord_IsAskedForOncePerTimeToLive()
    {
        _server.Zone[("a.test", 1)] = [TestRecord.A("10.0.0.2", ttl: 20), TestRecord.A("10.0.0.1", ttl: 30)];
        var resolver = Make();

        var found = await resolver.FindAsync("A.test");
        Addresses(found).ShouldBe(["10.0.0.1", "10.0.0.2"]);
        found.Source.ShouldBe("A");
        _clock.Advance(TimeSpan.FromSeconds(19));
        await resolver.FindAsync("a.test");
        _server.Asked.Count(q => q.Type is 1).ShouldBe(1);

        _server.Zone[("a.test", 1)] = [TestRecord.A("10.0.0.3")];
        _clock.Advance(TimeSpan.FromSeconds(2));
        Addresses(await resolver.FindAsync("a.test")).ShouldBe(["10.0.0.1", "10.0.0.2"], "nobody waits for what is renewed");
        await Wait.UntilAsync(async () => Addresses(await resolver.FindAsync("a.test")) is ["10.0.0.3"], "the new address is known");
    }

    [Fact]
    public async Task Find_ManyAtOnce_AskOneQuestion()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Gate = gate.Task;
        _server.Zone[("a.test", 1)] = [TestRecord.A("10.0.0.1")];
        var resolver = Make(o => o with { Order = [DnsOrder.A] });
        var all = Enumerable.Range(0, 50).Select(_ => resolver.FindAsync("a.test").AsTask()).ToArray();
        gate.SetResult();
        await Task.WhenAll(all);
        _server.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Find_ManyAtOnceWithoutSync_AskEachForThemselves()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Gate = gate.Task;
        _server.Zone[("a.test", 1)] = [TestRecord.A("10.0.0.1")];
        var resolver = Make(o => o with { Order = [DnsOrder.A], NoSync = true });
        var all = Enumerable.Range(0, 10).Select(_ => resolver.FindAsync("a.test").AsTask()).ToArray();
        gate.SetResult();
        await Task.WhenAll(all);
        _server.Asked.Count.ShouldBe(10);
    }

    [Fact]
    public async Task Find_WithATimeToLiveOfItsOwn_PassesOverThatOfTheRecord()
    {
        _server.Zone[("a.test", 1)] = [TestRecord.A("10.0.0.1", ttl: 5)];
        var resolver = Make(o => o with { Order = [DnsOrder.A], ValidTtl = TimeSpan.FromSeconds(60) });
        await resolver.FindAsync("a.test", renew: true);
        _clock.Advance(TimeSpan.FromSeconds(59));
        await resolver.FindAsync("a.test", renew: true);
        _server.Asked.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await resolver.FindAsync("a.test", renew: true);
        _server.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Find_AFailure_IsRememberedForItsTime()
    {
        _server.Zone[("a.test", 1)] = [TestRecord.A("10.0.0.1")];
        _server.Change = static (answer, _) =>
        {
            answer[3] = (byte)((answer[3] & 0xf0) | 2);
            return answer;
        };
        var resolver = Make(o => o with { Order = [DnsOrder.A], ErrorTtl = TimeSpan.FromSeconds(10) });
        (await resolver.FindAsync("a.test")).Failure.ShouldBe("dns server error: 2 server failure");
        var asked = _server.Asked.Count;
        _server.Change = static (answer, _) => answer;
        _clock.Advance(TimeSpan.FromSeconds(9));
        (await resolver.FindAsync("a.test")).Records.ShouldBeEmpty();
        _server.Asked.Count.ShouldBe(asked);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Addresses(await resolver.FindAsync("a.test")).ShouldBe(["10.0.0.1"]);
    }

    [Fact]
    public async Task Find_AServiceRecord_BringsPortsAndWeightsOfTheFirstPriority()
    {
        _server.Zone[("svc.test", 33)] =
        [
            TestRecord.Srv(2, 10, 9000, "far.test"),
            TestRecord.Srv(1, 30, 8001, "one.test", ttl: 15),
            TestRecord.Srv(1, 0, 0, "two.test"),
        ];
        _server.Zone[("one.test", 1)] = [TestRecord.A("10.0.0.1")];
        _server.Zone[("two.test", 1)] = [TestRecord.A("10.0.0.2")];
        _server.Zone[("far.test", 1)] = [TestRecord.A("10.0.0.3")];

        var found = await Make().FindAsync("svc.test");

        found.Source.ShouldBe("SRV");
        found.Records.ShouldBe(
        [
            new NameRecord(IPAddress.Parse("10.0.0.1"), 8001, 30, "one.test"),
            new NameRecord(IPAddress.Parse("10.0.0.2"), 0, 1, "two.test"),
        ]);
        found.Until.ShouldBe(_clock.GetTimestamp() + TimeSpan.FromSeconds(15).Ticks);
    }

    [Fact]
    public async Task Find_Aliases_AreFollowedWithinAndBeyondAnAnswer()
    {
        _server.Zone[("www.test", 5)] = [TestRecord.Cname("mid.test", ttl: 7), TestRecord.Cname("a.test", owner: "mid.test"), TestRecord.A("10.0.0.1", owner: "a.test")];
        _server.Zone[("far.test", 5)] = [TestRecord.Cname("b.test")];
        _server.Zone[("b.test", 1)] = [TestRecord.A("10.0.0.2")];
        _server.Zone[("loop.test", 5)] = [TestRecord.Cname("pool.test")];
        _server.Zone[("pool.test", 5)] = [TestRecord.Cname("loop.test")];
        var resolver = Make();

        var within = await resolver.FindAsync("www.test");
        Addresses(within).ShouldBe(["10.0.0.1"]);
        within.Until.ShouldBe(_clock.GetTimestamp() + TimeSpan.FromSeconds(7).Ticks, "the shortest time to live of the chain counts");
        Addresses(await resolver.FindAsync("far.test")).ShouldBe(["10.0.0.2"]);
        Addresses(await resolver.FindAsync("loop.test")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Find_AShortName_IsTriedInTheSearchDomains()
    {
        _server.Zone[("a.two.test", 1)] = [TestRecord.A("10.0.0.1")];
        _server.Zone[("b.c", 1)] = [TestRecord.A("10.0.0.2")];
        var resolver = Make(o => o with { Order = [DnsOrder.A], ResolvConf = Write("resolv.conf", "search one.test two.test\noptions ndots:1 timeout:1") });

        Addresses(await resolver.FindAsync("a")).ShouldBe(["10.0.0.1"]);
        Addresses(await resolver.FindAsync("b.c")).ShouldBe(["10.0.0.2"]);
        Addresses(await resolver.FindAsync("a.")).ShouldBeEmpty("a dot at the end says that the name is whole");
        _server.Asked.Select(q => q.Name).ShouldBe(["a.one.test", "a.two.test", "b.c", "a"]);
    }

    [Fact]
    public async Task Find_TheOrderOfTypes_DecidesAndTheLastOneComesFirst()
    {
        _server.Zone[("a.test", 28)] = [TestRecord.Aaaa("fd00::1", ttl: 1)];
        var resolver = Make(o => o with { Order = [DnsOrder.Last, DnsOrder.A, DnsOrder.Aaaa] });

        var found = await resolver.FindAsync("a.test");
        Addresses(found).ShouldBe(["fd00::1"]);
        found.Source.ShouldBe("AAAA");
        _clock.Advance(TimeSpan.FromSeconds(2));
        await resolver.FindAsync("a.test", renew: true);
        _server.Asked.Select(q => q.Type).ShouldBe([1, 28, 28]);
    }

    [Fact]
    public async Task Find_TheHostsFile_ComesBeforeTheServers()
    {
        var resolver = Make(o => o with { HostsFile = Write("hosts", "10.1.1.1 fixed.test  other # not.this\n::1 six.test\nnonsense\n") });
        Addresses(await resolver.FindAsync("FIXED.test")).ShouldBe(["10.1.1.1"]);
        Addresses(await resolver.FindAsync("six.test")).ShouldBe(["::1"]);
        Addresses(await resolver.FindAsync("localhost")).ShouldBe(["127.0.0.1"]);
        _server.Asked.ShouldBeEmpty();
        Addresses(await resolver.FindAsync("not.this")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Find_AMissingName_IsRememberedForItsTime()
    {
        var resolver = Make(o => o with { Order = [DnsOrder.A], NotFoundTtl = TimeSpan.FromSeconds(30) });
        var missing = await resolver.FindAsync("none.test");
        (missing.Records.Count, missing.Failure).ShouldBe((0, null));
        _clock.Advance(TimeSpan.FromSeconds(29));
        await resolver.FindAsync("none.test");
        _server.Asked.Count.ShouldBe(1);

        _server.Zone[("none.test", 1)] = [TestRecord.A("10.0.0.1")];
        _clock.Advance(TimeSpan.FromSeconds(2));
        Addresses(await resolver.FindAsync("none.test")).ShouldBe(["10.0.0.1"]);
    }

    [Fact]
    public async Task Find_WhileTheServerFails_TheOldAddressesServeForTheirTime()
    {
        _server.Zone[("a.test", 1)] = [TestRecord.A("10.0.0.1", ttl: 10)];
        var resolver = Make(o => o with { StaleTtl = TimeSpan.FromSeconds(100) });
        await resolver.FindAsync("a.test");

        _server.Change = static (answer, _) =>
        {
            answer[3] = 0x82;
            return answer;
        };
        for (var i = 0; i < 9; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(11));
            Addresses(await resolver.FindAsync("a.test", renew: true)).ShouldBe(["10.0.0.1"]);
        }

        _clock.Advance(TimeSpan.FromSeconds(20));
        var failed = await resolver.FindAsync("a.test", renew: true);
        failed.Records.ShouldBeEmpty();
        failed.Failure.ShouldBe("dns server error: 2 server failure");
    }

    [Fact]
    public async Task Find_AnAnswerTooLargeForADatagram_IsFetchedOverTcp()
    {
        _server.Zone[("big.test", 1)] = [.. Enumerable.Range(1, 100).Select(i => TestRecord.A($"10.0.1.{i}"))];
        _server.Change = static (answer, overTcp) =>
        {
            if (overTcp || answer.Length < 512)
            {
                return answer;
            }

            answer[2] |= 2;
            return answer[..512];
        };
        (await Make().FindAsync("big.test")).Records.Count.ShouldBe(100);
    }

    [Fact]
    public async Task Find_AForgedAnswer_IsPassedOver()
    {
        _server.Zone[("a.test", 1)] = [TestRecord.A("10.0.0.1")];
        var first = true;
        _server.Change = (answer, _) =>
        {
            if (first)
            {
                first = false;
                answer[0] ^= 0xff;
            }

            return answer;
        };
        Addresses(await Make(o => o with { Order = [DnsOrder.A], ResolvConf = Write("resolv.conf", "options timeout:1") }).FindAsync("a.test")).ShouldBe(["10.0.0.1"]);
        _server.Asked.Count.ShouldBe(2, "the wrong id was waited out, and a second question asked");
    }

    [Fact]
    public async Task Find_MoreNamesThanAreKept_LetsTheOldestGo()
    {
        var resolver = Make(o => o with { Order = [DnsOrder.A], CacheSize = 20 });
        for (var i = 0; i < 100; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await resolver.FindAsync($"n{i}.test");
        }

        resolver.Entries.Count().ShouldBeLessThanOrEqualTo(20);
        resolver.Entries.Select(e => e.Name).ShouldContain("n99.test");
    }

    private static string[] Addresses(NameRecords found) => [.. found.Records.Select(r => r.Address.ToString())];

    private NameResolver Make(Func<DnsOptions, DnsOptions>? change = null)
    {
        var options = new DnsOptions { Servers = [_server.EndPoint], HostsFile = Path.Combine(_folder, "none"), ResolvConf = Path.Combine(_folder, "none") };

        // The resolver's own timeouts run on the real clock where the test's stands still.
        return new NameResolver(change?.Invoke(options) ?? options, new HalfStoppedClock(_clock));
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder, name), text);
        return Path.Combine(_folder, name);
    }

    /// <summary>Timers run; the time that is read stands still.</summary>
    private sealed class HalfStoppedClock(StoppedClock clock) : TimeProvider
    {
        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();
    }
}
