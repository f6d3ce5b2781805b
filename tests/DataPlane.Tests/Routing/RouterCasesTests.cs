using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Dns;
using Gateway.Entities;
using Gateway.Schema;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Routing;

/// <summary>Replays what Kong's router answered, in each of its flavours.</summary>
public sealed class RouterCasesTests
{
    private static readonly ConnectionPools _pools = new(new KeepAliveOptions(), TimeProvider.System);

    [SharedTheory]
    [InlineData("traditional_compatible", false)]
    [InlineData("traditional_compatible", true)]
    [InlineData("traditional", false)]
    [InlineData("expressions", false)]
    [InlineData("expressions", true)]
    public void Router_GivenKongsCases_ChoosesTheSameRoute(string flavor, bool originalOrder)
    {
        var options = new RouterOptions(Enum.Parse<RouterFlavor>(flavor.Replace("_", "", StringComparison.Ordinal), ignoreCase: true), originalOrder);
        var rows = File.ReadLines(SharedFolder.PathOf("kong", "cases", "router-cases.jsonl")!).Select(l => JsonNode.Parse(l)!.AsObject())
            .Where(r => r["flavors"]!.AsArray().Any(f => (string?)f == flavor)).ToList();

        var failures = rows.Select(r => (Row: r, Failure: Judge(r, options))).Where(r => r.Failure is not null)
            .Select(r => $"{r.Row["spec_test"]} {r.Row["request"]!.ToJsonString()}: {r.Failure} EXPECT {r.Row["expect"]!.ToJsonString()}").ToList();

        rows.Count.ShouldBeGreaterThan(500);
        failures.ShouldBeEmpty($"{failures.Count} of {rows.Count}\n" + string.Join('\n', failures.Take(25)));
    }

    private static string? Judge(JsonObject row, RouterOptions options)
    {
        var changes = Router.Empty(options).Change();
        var routes = new List<Route>();
        foreach (var node in row["routes"]!.AsArray())
        {
            // The recorder's routes have no defaults; the older ones come first.
            var route = node!["route"]!.Deserialize<Route>(Wire.Options)! with { CreatedAt = new(routes.Count), StripPath = (bool?)node["route"]!["strip_path"] ?? false };
            routes.Add(route);
            var service = node["service"]?.AsObject();
            var path = (string?)service?["path"];
            var plan = service is null ? null : new ServicePlan(
                new Service { Host = "x", Path = path }, new Balancer(new UpstreamPlan([], null, false), new UpstreamState(), new NameResolver(new DnsOptions(), TimeProvider.System), TimeProvider.System), new ConnectionProfile(TimeSpan.FromSeconds(1), false, "", null), _pools);
            if (changes.Set(new RoutePlan(route, plan, PluginPlan.Empty)) is { } error)
            {
                return error.Message;
            }
        }

        var request = row["request"]!.AsObject();
        var http = new DefaultHttpContext();
        foreach (var (name, values) in request["headers"] as JsonObject ?? [])
        {
            http.Request.Headers[name] = values is JsonArray several ? several.Select(v => (string?)v).ToArray() : (string?)values;
        }

        var target = (string)request["path"]!;
        var raw = target.Split('?')[0];
        var normal = RequestPath.Normalize(raw);
        var tls = (string?)request["scheme"] == "https";
        var found = changes.Build().TryMatch(
            new RouterRequest(options.Flavor, (string?)request["host"] ?? "", tls, (int?)request["dst_port"] ?? (tls ? 443 : 80))
            {
                Path = normal,
                Query = Query(request["queries"] as JsonObject),
                Method = (string)request["method"]!,
                Headers = http.Request.Headers,
                Sni = (string?)request["sni"],
                Source = Address(request["src_ip"]),
                Destination = Address(request["dst_ip"]),
            },
            out var match);
        var expect = row["expect"]!.AsObject();
        var got = found ? routes.IndexOf(match.Route.Route) : (int?)null;
        if (got != (int?)expect["route"])
        {
            return $"route {got}";
        }

        if (found && (string?)expect["upstream_uri"] is { } uri)
        {
            var joined = UpstreamPath.Of(match, normal, options.Flavor);
            if (joined != uri.Split('?')[0])
            {
                return $"uri {joined}";
            }
        }

        if (found && expect["uri_captures"] is JsonObject captures)
        {
            var own = match.Captures(normal);
            foreach (var (name, value) in captures)
            {
                if (own.GetValueOrDefault(name) != (string?)value)
                {
                    return $"capture {name} {own.GetValueOrDefault(name)}";
                }
            }
        }

        return null;
    }

    private static System.Net.IPAddress? Address(JsonNode? text) => text is null ? null : System.Net.IPAddress.Parse((string)text!);

    private static string? Query(JsonObject? queries) => queries is null ? null : string.Join('&', queries.SelectMany(q =>
        (q.Value is JsonArray several ? several.Select(v => v!) : [q.Value!]).Select(v => v.GetValueKind() is JsonValueKind.True ? q.Key : $"{q.Key}={v}")));
}
