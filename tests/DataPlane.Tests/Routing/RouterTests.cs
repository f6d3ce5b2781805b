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

    [Fact]
    public void Change_OfOneRoute_SharesTheRestAndLeavesTheFormerRouterAsItWas()
    {
        var former = Build(1000);
        var gone = former.Plans.First(p => p.Route.Paths![0] == "/team1/service1/v1");
        var kept = former.Plans.First(p => p.Route.Paths![0] == "/team1/service101/v1");
        var changes = former.Change();

        changes.Remove(gone.Route.Id.Value);
        changes.Set(new RoutePlan(kept.Route with { Paths = ["/elsewhere"] }, null, PluginPlan.Empty)).ShouldBeNull();
        changes.Set(new RoutePlan(Some.Route(null, "/team1/service1/v1/deeper"), null, PluginPlan.Empty)).ShouldBeNull();
        var router = changes.Build();

        router.Count.ShouldBe(1000);
        Match(router, "/team1/service1/v1").ShouldBeNull();
        Match(router, "/team1/service1/v1/deeper").ShouldNotBeNull();
        Match(router, "/elsewhere").ShouldNotBeNull();
        Match(router, "/team1/service101/v1").ShouldBeNull();
        Match(router, "/team2/service2/v1").ShouldNotBeNull();
        Match(former, "/team1/service1/v1").ShouldBe(gone.Route);
        Match(former, "/team1/service101/v1").ShouldBe(kept.Route);
        Match(former, "/elsewhere").ShouldBeNull();
    }

    [Fact]
    public void Change_ManyRandomChanges_EndsAsIfBuiltAtOnce()
    {
        var random = new Random(17);
        var router = Router.Empty(new RouterOptions());
        var routes = new Dictionary<Guid, Route>();
        for (var round = 0; round < 60; round++)
        {
            var changes = router.Change();
            for (var i = 0; i < 10; i++)
            {
                var route = routes.Count > 40 || (routes.Count > 0 && random.Next(3) is 0) ? routes.Values.ElementAt(random.Next(routes.Count)) : Some.Route(null);
                if (random.Next(3) is 0 && routes.Remove(route.Id.Value))
                {
                    changes.Remove(route.Id.Value);
                    continue;
                }

                routes[route.Id.Value] = route = route with { Paths = [RandomPath(random), RandomPath(random)], Hosts = random.Next(2) is 0 ? null : [RandomHost(random)] };
                changes.Set(new RoutePlan(route, null, PluginPlan.Empty)).ShouldBeNull();
            }

            router = changes.Build();
            var atOnce = Router.Empty(new RouterOptions()).Change();
            routes.Values.ToList().ForEach(r => atOnce.Set(new RoutePlan(r, null, PluginPlan.Empty)).ShouldBeNull());
            var reference = atOnce.Build();
            for (var i = 0; i < 50; i++)
            {
                var (path, host) = (RandomPath(random) + RandomPath(random), RandomHost(random).Replace("*", "x", StringComparison.Ordinal));
                Match(router, path, host).ShouldBe(Match(reference, path, host), $"{host}{path} in round {round}");
            }
        }
    }

    [Theory]
    [InlineData("ab/_")]
    [InlineData("0123456789abcdef")]
    [InlineData("0123456789abcdefg")]
    [InlineData("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~%")]
    [InlineData("a\u007f\u00e9\u0161\u65e5\uff41")]
    public void Match_PathsThatPartAtACharacter_FindsEachAndNoOther(string characters)
    {
        var routes = characters.Select(c => Some.Route(null, $"/p{c}", $"/p{c}-long-enough-to-be-compared")).ToArray();
        foreach (var (character, route) in characters.Zip(routes))
        {
            Match(routes, $"/p{character}").ShouldBe(route);
            Match(routes, $"/p{character}-long-enough-to-be-compared").ShouldBe(route);
            Match(routes, $"/p{(char)(character | 0x100)}x").ShouldBe(characters.Contains((char)(character | 0x100)) ? routes[characters.IndexOf((char)(character | 0x100))] : null);
        }

        Match(routes, "/p\0").ShouldBeNull();
        Match(routes, "/p!").ShouldBeNull();
        Match(routes, "/p").ShouldBeNull();
    }

    [Fact]
    public void Change_OfAServiceAlone_KeepsWhatWasCompiled()
    {
        var route = Some.Route(null, @"~/a/\d+");
        var first = Router.Empty(new RouterOptions()).Change();
        first.Set(new RoutePlan(route, null, PluginPlan.Empty)).ShouldBeNull();
        var former = first.Build();
        var second = former.Change();
        var plan = new RoutePlan(route, null, PluginPlan.Empty);

        second.Set(plan).ShouldBeNull();

        second.Build().TryMatch(Request("/a/1", "x"), out var match).ShouldBeTrue();
        former.TryMatch(Request("/a/1", "x"), out var before).ShouldBeTrue();
        match.Route.ShouldBeSameAs(plan);
        match.Pattern.ShouldBeSameAs(before.Pattern);
    }

    [Fact]
    public void Match_RegexThatCouldBlowUp_IsBoundedAndStillRight()
    {
        var route = Some.Route(null, "~/(a+)+$");

        Match([route], "/" + new string('a', 40) + "!").ShouldBeNull();
        Match([route], "/" + new string('a', 40)).ShouldBe(route);
    }

    [Theory]
    [InlineData(@"~/exact/v1\.0$", "/exact/v1.0", true)]
    [InlineData(@"~/exact/v1\.0$", "/exact/v1.0/", false)]
    [InlineData(@"~/exact/v1\.0$", "/exact/v1x0", false)]
    [InlineData("~/plain", "/plain/more", true)]
    [InlineData("~/plus+", "/plusss", true)]
    [InlineData("~/maybe?x", "/maybx", true)]
    [InlineData("~/a[bc]d", "/acd", true)]
    [InlineData("~^/a", "/a", true)]
    [InlineData("~/[[:digit:]]+$", "/17", true)]
    public void Match_PlainTextInARegex_MatchesAsTheEngineWould(string pattern, string path, bool matches) =>
        (Match([Some.Route(null, pattern)], path) is not null).ShouldBe(matches);

    private static string RandomPath(Random random) => "/" + string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => "ab/"[random.Next(3)]));

    private static string RandomHost(Random random) => new[] { "a.test", "b.a.test", "*.test", "*.a.test", "b.*", "c" }[random.Next(6)];

    private static Route? Match(Route[] routes, string path, string host = "x")
    {
        var changes = Router.Empty(new RouterOptions()).Change();
        foreach (var route in routes)
        {
            changes.Set(new RoutePlan(route, null, PluginPlan.Empty)).ShouldBeNull();
        }

        return Match(changes.Build(), path, host);
    }

    private static Route? Match(Router router, string path, string host = "x") => router.TryMatch(Request(path, host), out var match) ? match.Route.Route : null;

    private static RouterRequest Request(string path, string host) => new(RouterFlavor.TraditionalCompatible, host, false, 80) { Path = path, Method = "GET", Headers = _noHeaders };

    private static Router Build(int count)
    {
        var changes = Router.Empty(new RouterOptions()).Change();
        for (var i = 0; i < count; i++)
        {
            changes.Set(new RoutePlan(Some.Route(null, string.Create(CultureInfo.InvariantCulture, $"/team{i % 100}/service{i}/v1")), null, PluginPlan.Empty));
        }

        return changes.Build();
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
                if (!router.TryMatch(Request(paths[i % paths.Length], "x"), out _))
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
