using System.Net;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Tests.Proxy;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Routing;

/// <summary>Every operator and field, judged by the router.</summary>
public sealed class ExpressionTests
{
    [Theory]
    [InlineData("http.path == \"/a/b/c\"", true)]
    [InlineData("http.path != \"/a/b/c\"", false)]
    [InlineData("http.path ^= \"/a/\"", true)]
    [InlineData("http.path =^ \"/c\"", true)]
    [InlineData("http.path ~ \"^/a/(?P<x>.)/c$\"", true)]
    [InlineData("http.path ~ \"b\"", true)]
    [InlineData("http.path contains \"b/\"", true)]
    [InlineData("lower(http.host) == \"www.example.com\"", true)]
    [InlineData("http.host == \"www.example.com\"", false)]
    [InlineData("http.host =^ \".Example.com\"", true)]
    [InlineData("http.host ^= \"WWW.\"", true)]
    [InlineData("http.host == \"WWW.Example.com\" || http.host == \"other\"", true)]
    [InlineData("http.method == \"GET\"", true)]
    [InlineData("http.headers.x_one == \"1\"", true)]
    [InlineData("http.headers.x_many == \"a\"", false)]
    [InlineData("any(http.headers.x_many) == \"a\"", true)]
    [InlineData("http.headers.x_many ~ \"[ab]\"", true)]
    [InlineData("http.headers.absent != \"a\"", false)]
    [InlineData("!(http.headers.absent == \"a\")", true)]
    [InlineData("http.queries.q == \"x y\"", true)]
    [InlineData("http.queries.flag == \"\"", true)]
    [InlineData("http.queries.absent == \"\"", false)]
    [InlineData("any(http.queries.m) == \"2\"", true)]
    [InlineData("http.queries.m == \"2\"", false)]
    [InlineData("http.path.segments.0 == \"a\" && http.path.segments.1_2 == \"b/c\"", true)]
    [InlineData("http.path.segments.3 != \"a\"", false)]
    [InlineData("http.path.segments.len == 3", true)]
    [InlineData("net.src.ip == 10.1.2.3", true)]
    [InlineData("net.src.ip in 10.0.0.0/8", true)]
    [InlineData("net.src.ip not in 10.0.0.0/8", false)]
    [InlineData("net.src.ip in fd00::/8", false)]
    [InlineData("net.src.port > 1023 && net.src.port <= 5000", true)]
    [InlineData("net.dst.port >= 8443 && net.dst.port < 8444", true)]
    [InlineData("net.dst.ip == ::1", true)]
    [InlineData("net.protocol == \"https\"", true)]
    [InlineData("tls.sni == \"sni.test\"", true)]
    [InlineData("tls.sni =^ \".test\" && http.path ^= \"/x\"", false)]
    public void Match_EveryOperatorAndField_HoldsOrNot(string expression, bool holds)
    {
        var changes = Router.Empty(new RouterOptions(RouterFlavor.Expressions)).Change();
        changes.Set(new RoutePlan(Some.Route(null) with { Expression = expression }, null, PluginPlan.Empty)).ShouldBeNull();
        var headers = new HeaderDictionary { ["X-One"] = "1", ["X-Many"] = new string[] { "a", "b" } };

        changes.Build().TryMatch(
            new RouterRequest(RouterFlavor.Expressions, "WWW.Example.com:8443", tls: true, localPort: 443)
            {
                Path = "/a/b/c",
                Query = "q=x+y&flag&m=1&m=2",
                Method = "GET",
                Headers = headers,
                Sni = "sni.test",
                Source = IPAddress.Parse("::ffff:10.1.2.3"),
                SourcePort = 5000,
                Destination = IPAddress.IPv6Loopback,
            },
            out _).ShouldBe(holds);
    }

    [Fact]
    public void Match_PathComparison_TellsWhatIsStripped()
    {
        Find("http.path ^= \"/a\"").MatchedLength.ShouldBe(2);
        Find("http.path ~ \"^/a/(?P<x>.)\"").MatchedLength.ShouldBe(4);
        Find("http.path ~ \"^/a/(?P<x>.)\"").Captures("/a/b/c")["x"].ShouldBe("b");
        Find("http.method == \"GET\"").MatchedLength.ShouldBe(-1);
    }

    [Fact]
    public void Set_ExpressionThatIsWrong_NamesTheField()
    {
        var error = Router.Empty(new RouterOptions(RouterFlavor.Expressions)).Change()
            .Set(new RoutePlan(Some.Route(null) with { Expression = "http.path ==" }, null, PluginPlan.Empty));

        error!.Value.Field.ShouldBe("expression");
    }

    private static RouteMatch Find(string expression)
    {
        var changes = Router.Empty(new RouterOptions(RouterFlavor.Expressions)).Change();
        changes.Set(new RoutePlan(Some.Route(null) with { Expression = expression }, null, PluginPlan.Empty)).ShouldBeNull();
        changes.Build().TryMatch(
            new RouterRequest(RouterFlavor.Expressions, "h", tls: false, localPort: 80) { Path = "/a/b/c", Method = "GET", Headers = new HeaderDictionary() }, out var match).ShouldBeTrue();
        return match;
    }
}
