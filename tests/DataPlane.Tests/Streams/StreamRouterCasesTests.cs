using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Routing.Streams;
using Gateway.Entities;
using Gateway.Schema;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Endpoint = Gateway.Entities.Endpoint;

namespace Gateway.DataPlane.Tests.Streams;

/// <summary>Replays what Kong's router answered for streams, in each of its flavours.</summary>
public sealed class StreamRouterCasesTests
{
    [SharedTheory]
    [InlineData("traditional_compatible")]
    [InlineData("traditional")]
    [InlineData("expressions")]
    public void Router_GivenKongsCases_ChoosesTheSameRoute(string flavor)
    {
        var options = new RouterOptions(Enum.Parse<RouterFlavor>(flavor.Replace("_", "", StringComparison.Ordinal), ignoreCase: true));
        var rows = File.ReadLines(SharedFolder.PathOf("kong", "cases", "router-cases-stream.jsonl")!).Select(l => JsonNode.Parse(l)!.AsObject())
            .Where(r => r["flavors"]!.AsArray().Any(f => (string?)f == flavor)).ToList();

        var failures = rows.Select(r => (Row: r, Got: Choose(r, options))).Where(r => r.Got != (int?)r.Row["expect"]!["route"])
            .Select(r => $"{r.Row["spec_test"]} {r.Row["request"]!.ToJsonString()}: {r.Got} EXPECT {r.Row["expect"]!.ToJsonString()}").ToList();

        rows.Count.ShouldBeGreaterThanOrEqualTo(16);
        failures.ShouldBeEmpty(string.Join('\n', failures));
    }

    [Theory]
    [InlineData("net.protocol == \"udp\"", "udp", null, true)]
    [InlineData("net.protocol == \"udp\"", "tcp", null, false)]
    [InlineData("tls.sni =^ \".example.org\" && net.dst.port == 9000", "tls", "db.example.org", true)]
    [InlineData("tls.sni =^ \".example.org\" && net.dst.port == 9001", "tls", "db.example.org", false)]
    [InlineData("tls.sni != \"x\"", "tcp", null, false)]
    [InlineData("net.src.ip in 10.0.0.0/8 || net.src.port > 5000", "tcp", null, true)]
    [InlineData("net.src.ip not in 10.0.0.0/8", "tcp", null, false)]
    public void Expression_JudgesStreams(string expression, string protocol, string? sni, bool expected)
    {
        var protocols = new HashSet<Protocol> { Protocol.Tcp, Protocol.Tls, Protocol.Udp };
        var changes = StreamRouter.Empty(new RouterOptions(RouterFlavor.Expressions)).Change();
        changes.Set(new RoutePlan(new Route { Protocols = protocols, Expression = expression }, null, PluginPlan.Empty)).ShouldBeNull();

        var found = changes.Build().Find(new RouterRequest(protocol, sni, IPEndPoint.Parse("10.1.1.1:4000"), IPEndPoint.Parse("127.0.0.1:9000")));

        (found is not null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("tls", true, false)]
    [InlineData("tls", false, true)]
    [InlineData("tls_passthrough", true, false)]
    [InlineData("tcp", true, true)]
    [InlineData("tcp", false, true)]
    public void Cleartext_IsTakenByRoutesForTcpOnly(string protocol, bool isCleartext, bool expected)
    {
        var route = JsonSerializer.Deserialize<Route>($$"""{"protocols":["{{protocol}}"],"snis":["db.example.org"]}""", Wire.Options)!;
        var changes = StreamRouter.Empty(new RouterOptions()).Change();
        changes.Set(new RoutePlan(route, null, PluginPlan.Empty)).ShouldBeNull();

        var found = changes.Build().Find(new RouterRequest("tcp", null, IPEndPoint.Parse("10.1.1.1:4000"), IPEndPoint.Parse("127.0.0.1:9000")) { IsCleartext = isCleartext });

        (found is not null).ShouldBe(expected);
    }

    [Fact]
    public void Change_OfOneRoute_LeavesTheOthers()
    {
        var (first, second) = (At(1, 9000), At(2, 9001));
        var changes = StreamRouter.Empty(new RouterOptions()).Change();
        changes.Set(first).ShouldBeNull();
        changes.Set(second).ShouldBeNull();
        var router = changes.Build();
        (Find(router, 9000), Find(router, 9001), Find(router, 9002)).ShouldBe((first, second, null));

        var next = router.Change();
        next.Set(new RoutePlan(first.Route with { Destinations = new HashSet<Endpoint> { new() { Port = 9002 } } }, null, PluginPlan.Empty)).ShouldBeNull();
        next.Remove(second.Route.Id.Value);
        var moved = next.Build();

        (Find(moved, 9000), Find(moved, 9001), Find(moved, 9002)?.Route.Id).ShouldBe((null, null, first.Route.Id));
        Find(router, 9001).ShouldBe(second, "the router before is what it was");
        moved.Change().Build().ShouldBeSameAs(moved);
    }

    private static RoutePlan At(byte id, int port) => new(
        new Route { Id = new(new Guid(id, 0, 0, new byte[8])), Protocols = new HashSet<Protocol> { Protocol.Tcp }, Destinations = new HashSet<Endpoint> { new() { Port = port } } }, null, PluginPlan.Empty);

    private static RoutePlan? Find(StreamRouter router, int port) => router.Find(new RouterRequest("tcp", null, IPEndPoint.Parse("10.1.1.1:4000"), new IPEndPoint(IPAddress.Loopback, port)));

    private static int? Choose(JsonObject row, RouterOptions options)
    {
        var (requests, streams) = (Router.Empty(options).Change(), StreamRouter.Empty(options).Change());
        var request = row["request"]!.AsObject();
        var scheme = (string)request["scheme"]!;
        var routes = new List<Route>();
        foreach (var node in row["routes"]!.AsArray().Select(r => r!["route"]!.AsObject()))
        {
            // The recorder's routes have no defaults; the older ones come first.
            var route = node.Deserialize<Route>(Wire.Options)! with { CreatedAt = new(routes.Count) };
            routes.Add(route);
            if (scheme is "http")
            {
                requests.Set(new RoutePlan(route, null, PluginPlan.Empty)).ShouldBeNull();
            }
            else if (node["protocols"] is null || !node["protocols"]!.AsArray().Any(p => (string?)p is "http"))
            {
                streams.Set(new RoutePlan(route, null, PluginPlan.Empty)).ShouldBeNull();
            }
        }

        if (scheme is "http")
        {
            return requests.Build().TryMatch(
                new RouterRequest(options.Flavor, (string?)request["host"] ?? "", tls: false, 80) { Path = "/", Method = "GET", Headers = new HeaderDictionary() }, out var match)
                ? routes.IndexOf(match.Route.Route) : null;
        }

        var found = streams.Build().Find(new RouterRequest(
            scheme, (string?)request["sni"],
            new IPEndPoint(IPAddress.Parse((string?)request["src_ip"] ?? "192.0.2.1"), (int?)request["src_port"] ?? 1),
            new IPEndPoint(IPAddress.Parse((string?)request["dst_ip"] ?? "192.0.2.2"), (int?)request["dst_port"] ?? 1)));
        return found is null ? null : routes.IndexOf(found.Route);
    }
}
