using System.Diagnostics;
using System.Globalization;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Routing;

public sealed class RouterTests
{
    private static readonly HeaderDictionary _noHeaders = [];

    [Fact]
    public void Match_AHundredThousandRoutes_CostsNoMoreThanAFew()
    {
        var small = Build(10);
        var large = Build(100_000);

        var (_, few) = Measure(small, 10);
        var (bytes, many) = Measure(large, 100_000);

        bytes.ShouldBe(0, "a plain prefix match allocates nothing");
        many.ShouldBeLessThan((few * 40) + TimeSpan.FromMicroseconds(10));
    }

    [Fact]
    public void Match_RegexBeforePrefix_AndRegexPriorityAmongThem()
    {
        var service = Some.Service(1);
        var low = Some.Route(service, @"~/a/\d+");
        var high = Some.Route(service, @"~/a/\w+$") with { RegexPriority = 5 };
        var prefix = Some.Route(service, "/a/1234567890");

        Match([low, high, prefix], "/a/1234567890").ShouldBe(high);
        Match([low, prefix], "/a/1234567890").ShouldBe(low);
        Match([low with { RegexPriority = -1 }, high with { RegexPriority = 0 }, prefix], "/a/12").ShouldBe(high with { RegexPriority = 0 }, "negative priorities come last");
    }

    [Fact]
    public void Match_AlternativesInARegex_AnchorOnlyTheFirst()
    {
        var route = Some.Route(Some.Service(1), "~/a|/b");

        Match([route], "/zzz/b").ShouldBe(route);
    }

    [Fact]
    public void Match_DollarInARegex_IsTheVeryEnd() => Match([Some.Route(Some.Service(1), "~/a$")], "/a\n").ShouldBeNull();

    [Fact]
    public void Match_PlainHostBeatsWildcard_AndPortMustFit()
    {
        var service = Some.Service(1);
        var plain = Some.Route(service) with { Hosts = ["a.example.com"] };
        var left = Some.Route(service) with { Hosts = ["*.example.com"] };
        var right = Some.Route(service) with { Hosts = ["a.*"] };
        var port = Some.Route(service) with { Hosts = ["p.example.com:8080"] };
        Route[] all = [left, right, plain, port];

        Match(all, "/", "a.example.com").ShouldBe(plain);
        Match(all, "/", "b.c.example.com").ShouldBe(left);
        Match(all, "/", "a.b").ShouldBe(right);
        Match(all, "/", "example.com").ShouldBeNull();
        Match(all, "/", "p.example.com:8080").ShouldBe(port);
        Match([port], "/", "p.example.com").ShouldBeNull();
        Match([plain], "/", "A.example.com").ShouldBeNull("hosts are compared as they are written");
    }

    private static Route? Match(Route[] routes, string path, string host = "x")
    {
        var builder = new Router.Builder(new RegexCache(null));
        foreach (var route in routes)
        {
            builder.Add(new RoutePlan(route, null, PluginPlan.Empty)).ShouldBeNull();
        }

        return builder.Build().TryMatch(new RouterRequest(path, host, "GET", _noHeaders, false, null, 80), out var match) ? match.Route.Route : null;
    }

    private static Router Build(int count)
    {
        var builder = new Router.Builder(new RegexCache(null));
        for (var i = 0; i < count; i++)
        {
            builder.Add(new RoutePlan(Some.Route(null, string.Create(CultureInfo.InvariantCulture, $"/team{i % 100}/service{i}/v1")), null, PluginPlan.Empty));
        }

        return builder.Build();
    }

    private static (long Bytes, TimeSpan PerMatch) Measure(Router router, int count)
    {
        const int rounds = 20_000;
        var paths = Enumerable.Range(0, 10).Select(i => count / 10 * i).Select(i => string.Create(CultureInfo.InvariantCulture, $"/team{i % 100}/service{i}/v1/orders")).ToArray();
        var best = TimeSpan.MaxValue;
        var bytes = long.MaxValue;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < rounds; i++)
            {
                if (!router.TryMatch(new RouterRequest(paths[i % paths.Length], "x", "GET", _noHeaders, false, null, 80), out _))
                {
                    throw new InvalidOperationException("no match");
                }
            }

            var elapsed = Stopwatch.GetElapsedTime(start) / rounds;
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
            best = elapsed < best ? elapsed : best;
        }

        return (bytes, best);
    }
}
