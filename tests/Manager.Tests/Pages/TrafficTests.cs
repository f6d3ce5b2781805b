using System.Text.Json.Nodes;
using Bunit;
using Gateway.Manager.Components.Controls;
using Gateway.Manager.Components.Pages;
using Gateway.Manager.Live;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manager.Tests.Pages;

/// <summary>One data plane, its refusals, and the requests that are picked.</summary>
public sealed class TrafficTests : PageContext
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly string _route = Guid.NewGuid().ToString();

    [Fact]
    public void DataPlane_ThatRefusesTheConfiguration_NamesEntityAndField()
    {
        Admin.DataPlane = new JsonObject
        {
            ["id"] = "7d7d9b26-1111-4111-8111-111111111111", ["hostname"] = "edge-1", ["ip"] = "10.0.0.1", ["version"] = "3.10.0", ["connected"] = true, ["in_sync"] = false,
            ["sync_status"] = "normal", ["config_hash"] = new string('b', 32), ["wanted_hash"] = new string('a', 32), ["last_seen"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["cert_details"] = new JsonObject { ["expiry_timestamp"] = 4102444800 }, ["problem"] = "invalid regex", ["losses"] = new JsonArray("cors without x"),
            ["certificate"] = new JsonObject { ["subject"] = "CN=edge", ["issuer"] = "CN=ca", ["serial"] = "01", ["fingerprint_sha256"] = new string('F', 64) },
            ["errors"] = new JsonArray(new JsonObject { ["at"] = 1, ["entity"] = $"routes {_route}", ["field"] = "paths", ["message"] = "invalid regex <b>" }),
            ["sync_history"] = new JsonArray(new JsonObject { ["at"] = 2, ["event"] = "rejected", ["message"] = "invalid regex" }, new JsonObject { ["at"] = 1, ["event"] = "connected" }),
            ["plugins"] = new JsonArray(new JsonObject { ["name"] = "cors", ["version"] = "3.10.0" }),
        };
        var page = Browser.Render<DataPlanePage>(p => p.Add(x => x.Id, "7d7d9b26-1111-4111-8111-111111111111"));
        page.WaitForElement(".sync-error", _patience);
        page.Find("h1").TextContent.ShouldContain("Refused");
        page.Find($".sync-error a[href='/routes/{_route}']").TextContent.ShouldBe($"routes {_route}");
        page.Find(".sync-error code").TextContent.ShouldBe("paths");
        // What a plane says of itself is text, never markup.
        page.FindAll(".sync-error b").Count.ShouldBe(1);
        page.FindAll(".history li").Select(l => l.QuerySelector("b")!.TextContent).ShouldBe(["Refused a configuration", "Connected"]);
        page.Find(".plane-cards").TextContent.ShouldContain("CN=edge");
        page.Find(".plane-cards").TextContent.ShouldContain("cors without x");
        page.FindAll(".columns-2 .chip").Single().TextContent.ShouldBe("cors");
    }

    [Fact]
    public void DataPlane_ThatNobodyKnows_SaysSo()
    {
        var page = Browser.Render<DataPlanePage>(p => p.Add(x => x.Id, "nobody"));
        page.WaitForElement(".empty", _patience);
        page.Find("h1").TextContent.ShouldBe("This data plane is not known");
    }

    [Fact]
    public async Task Requests_Picked_AppearNewestFirstFilteredAndStopWhenPaused()
    {
        Admin.Samples.Snapshot = Picked(("/a", 200));
        var panel = Browser.Render<RequestTailPanel>(p => p.Add(x => x.Filter, "status=2xx"));
        panel.WaitForElement("tbody tr", _patience);
        Admin.Samples.Push(Picked(("/b", 503), ("/c", 200)));
        panel.WaitForState(() => panel.FindAll("tbody tr").Count == 3, _patience);
        panel.FindAll("tbody code").Select(c => c.TextContent).ShouldBe(["/c", "/b", "/a"]);
        panel.Find(".badge.bad").TextContent.ShouldBe("503");
        panel.Find(".phases i").GetAttribute("style").ShouldBe("width:25%");
        panel.Render(p => p.Add(x => x.Words, "/b"));
        panel.FindAll("tbody tr").Count.ShouldBe(1);
        panel.Render(p => p.Add(x => x.Words, ""));
        await panel.Find("button").ClickAsync(new());
        panel.Find("button").GetAttribute("aria-pressed").ShouldBe("true");
        Admin.Requests.ShouldContain("GET vitals/requests/live");
        Admin.Samples.Push(Picked(("/d", 200)));
        await panel.Find("button").ClickAsync(new());
        panel.WaitForState(() => panel.FindAll("tbody tr").Count == 4, _patience);
    }

    [Fact]
    public async Task Source_OfARange_FillsQuietStepsAndConnectsALiveSeriesAgain()
    {
        var source = Browser.Services.GetRequiredService<TrafficSource>();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Admin.History = new JsonObject { ["data"] = new JsonArray(Step(now - 600, 60), Step(now - 300, 30)) };
        using var left = new CancellationTokenSource(_patience);
        await foreach (var points in source.WatchAsync("services/x", TrafficRange.Of("day"), left.Token))
        {
            points!.Count.ShouldBeInRange(9, 10);
            points.Select(p => p.Requests).Where(r => r > 0).ShouldBe([60, 30]);
            points[1].ShouldBe(VitalsPoint.Quiet(now - 540));
            break;
        }

        // The cluster's own gaps are gaps.
        await foreach (var points in source.WatchAsync(null, TrafficRange.Of("month"), left.Token))
        {
            points!.Count.ShouldBe(2);
            break;
        }

        Admin.History = null;
        await foreach (var _ in source.WatchAsync("services/x", TrafficRange.Of("day"), left.Token))
        {
            throw new InvalidOperationException("there is no history");
        }
    }

    private static JsonObject Step(long at, int requests) => new() { ["at"] = at, ["requests"] = requests, ["r4xx"] = 0, ["r5xx"] = 0, ["latency_p50_ms"] = 1, ["latency_p95_ms"] = 2, ["latency_p99_ms"] = 3 };

    private static JsonObject Picked(params (string Path, int Status)[] requests) => new()
    {
        ["data"] = new JsonArray([.. requests.Select(r => (JsonNode)new JsonObject
        {
            ["at"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), ["method"] = "GET", ["path"] = r.Path, ["status"] = r.Status, ["hostname"] = "edge-1",
            ["latency_ms"] = 8, ["latency_gateway_ms"] = 2, ["latency_upstream_ms"] = 5,
        })]),
    };
}
