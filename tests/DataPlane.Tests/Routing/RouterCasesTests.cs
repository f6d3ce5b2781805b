using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Upstreams;
using Gateway.Entities;
using Gateway.Schema;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Routing;

/// <summary>Replays what Kong's router answered, in the flavour that this router has.</summary>
public sealed class RouterCasesTests
{
    [SharedFact]
    public void Router_GivenKongsCases_ChoosesTheSameRoute()
    {
        var file = SharedFolder.PathOf("kong", "cases", "router-cases.jsonl")!;
        var failures = new List<string>();
        var count = 0;
        foreach (var line in File.ReadLines(file))
        {
            var row = JsonNode.Parse(line)!.AsObject();
            if (!row["flavors"]!.AsArray().Any(f => (string?)f == "traditional_compatible"))
            {
                continue;
            }

            count++;
            if (Judge(row) is { } failure)
            {
                failures.Add($"{row["source"]} {row["spec_test"]} {row["request"]!.ToJsonString()}: {failure} EXPECT {row["expect"]!.ToJsonString()}");
            }
        }

        count.ShouldBeGreaterThan(500);
        failures.ShouldBeEmpty($"{failures.Count} of {count}\n" + string.Join('\n', failures.Take(25)));
    }

    private static string? Judge(JsonObject row)
    {
        var builder = new Router.Builder(new RegexCache(null));
        var plans = new List<Route>();
        foreach (var node in row["routes"]!.AsArray())
        {
            var route = node!["route"]!.Deserialize<Route>(Wire.Options)!;
            plans.Add(route);
            var service = node["service"]?.AsObject();
            var path = (string?)service?["path"];
            var plan = service is null ? null : new ServicePlan(
                new Service { Host = "x", Path = path }, new Balancer(new UpstreamPlan([], null, false), new UpstreamState(), AddressBook.OfSystem(TimeProvider.System), TimeProvider.System), new HttpMessageInvoker(new HttpClientHandler()));
            if (builder.Add(new RoutePlan(route, plan, PluginPlan.Empty)) is { } error)
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
        var found = builder.Build().TryMatch(
            new RouterRequest(normal, (string?)request["host"] ?? "", (string)request["method"]!, http.Request.Headers, (string?)request["scheme"] == "https", (string?)request["sni"], (string?)request["scheme"] == "https" ? 443 : 80),
            out var match);
        var expect = row["expect"]!.AsObject();
        var wanted = expect["route"] is null ? null : (int?)expect["route"];
        var got = found ? plans.IndexOf(match.Route.Route) : (int?)null;
        if (got != wanted)
        {
            return $"route {got}";
        }

        if (found && (string?)expect["upstream_uri"] is { } uri)
        {
            var joined = UpstreamPath.Join(match.Route.Service?.Path ?? "/", normal, match.Route.Route.StripPath && (bool?)expect["strip_path"] is not false, match.MatchedLength);
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
}
