using System.Net;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Telemetry;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.ControlPlane.Tests.Clustering;
using Gateway.Sync.Telemetry;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ControlPlane.Tests.Telemetry;

/// <summary>What the Admin API and Prometheus are told of the traffic.</summary>
public sealed class VitalsEndpointsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Guid _node = Guid.NewGuid();

    [Fact]
    public async Task Traffic_OfAService_IsShownByNameListedStreamedAndScraped()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        var service = Guid.Parse((string)(await plane.PostAsync("/services", new() { ["name"] = "orders", ["host"] = "h.test" }))["id"]!);
        var route = Guid.Parse((string)(await plane.PostAsync("/services/orders/routes", new() { ["name"] = "by-path", ["paths"] = new JsonArray("/o") }))["id"]!);
        var bob = Guid.Parse((string)(await plane.PostAsync("/consumers", new() { ["username"] = "bob\"s" }))["id"]!);
        using var live = await EventReader.OpenAsync(plane.Client, $"/vitals/routes/{route}/live");
        using var requests = await EventReader.OpenAsync(plane.Client, $"/vitals/requests/live?service={service}&status=2xx");
        using var others = await EventReader.OpenAsync(plane.Client, "/vitals/requests/live?status=5xx");
        (await live.NextAsync()).Name.ShouldBe("snapshot");
        (await requests.NextAsync()).Data["data"]!.AsArray().ShouldBeEmpty();
        (await others.NextAsync()).Name.ShouldBe("snapshot");

        int[] milliseconds = [10, 10, 10, 900];
        var latency = PackedCounts.Pack(Counts(milliseconds));
        plane.Services.GetRequiredService<TelemetryIntake>().Record(_node, "edge-1", new NodeVitals
        {
            Successful = 3,
            ClientErrors = 1,
            Latency = latency,
            Connections = 7,
            MemoryBytes = 1000,
            Streams = new StreamTotals(3, 100, 500),
            Routes = [new RouteVitals { Id = route, Service = service, Codes = [200, 3], Own = [401, 1], Latency = latency, Upstream = latency, Gateway = [LatencyBuckets.IndexOf(3000), 4] }],
            Consumers = [new ConsumerVitals { Id = bob, Codes = [200, 3], Latency = latency }],
            Samples = [new RequestSample { Id = "a", Method = "GET", Host = "x", Path = "/o", Status = 200, Service = service, Route = route }, new RequestSample { Status = 503 }],
        });

        var second = await live.UntilAsync(e => (long?)e["requests"] == 4);
        ((double)second["latency_p50_ms"]!).ShouldBe(10, 0.7);
        ((double)second["latency_p99_ms"]!).ShouldBe(900, 60);
        var picked = (await requests.NextAsync()).Data["data"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)picked["path"]!, (string)picked["node"]!, (string)picked["service"]!["id"]!).ShouldBe(("/o", _node.ToString(), service.ToString()));
        ((int)(await others.NextAsync()).Data["data"]![0]!["status"]!).ShouldBe(503);

        foreach (var path in new[] { "/vitals/services/orders", $"/vitals/routes/{route}", "/vitals/cluster", $"/vitals/nodes/{_node}" })
        {
            var seconds = await plane.GetAsync($"{path}?interval=seconds");
            ((int)seconds["step"]!).ShouldBe(1);
            seconds["data"]!.AsArray().Sum(s => (long)s!["requests"]!).ShouldBe(4, path);
            seconds["data"]!.AsArray().Sum(s => (long)s!["r4xx"]!).ShouldBe(1, path);
        }

        var row = (await plane.GetAsync("/vitals/services?interval=seconds"))["data"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)row["name"]!, (long)row["requests"]!).ShouldBe(("orders", 4));
        ((string)(await plane.GetAsync("/vitals/nodes?interval=seconds"))["data"]![0]!["hostname"]!).ShouldBe("edge-1");

        using var scrape = await plane.Status.GetAsync("/metrics");
        scrape.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var lines = (await scrape.Content.ReadAsStringAsync()).Split('\n');
        lines.ShouldContain("kong_datastore_reachable 1");
        lines.ShouldContain("kong_http_requests_total{service=\"orders\",route=\"by-path\",code=\"200\",source=\"service\",workspace=\"default\",consumer=\"\"} 3");
        lines.ShouldContain("kong_http_requests_total{service=\"orders\",route=\"by-path\",code=\"401\",source=\"kong\",workspace=\"default\",consumer=\"\"} 1");
        lines.ShouldContain("kong_request_latency_ms_bucket{service=\"orders\",route=\"by-path\",workspace=\"default\",le=\"25\"} 3");
        lines.ShouldContain("kong_request_latency_ms_bucket{service=\"orders\",route=\"by-path\",workspace=\"default\",le=\"+Inf\"} 4");
        lines.ShouldContain("kong_kong_latency_ms_count{service=\"orders\",route=\"by-path\",workspace=\"default\"} 4");
        lines.ShouldContain("gateway_consumer_requests_total{consumer=\"bob\\\"s\",code=\"200\",workspace=\"default\"} 3");
        lines.ShouldContain($"gateway_stream_sessions_total{{node_id=\"{_node}\"}} 3");
        lines.ShouldContain($"gateway_stream_bytes_total{{node_id=\"{_node}\",direction=\"egress\"}} 500");
        lines.ShouldContain($"kong_nginx_connections_total{{node_id=\"{_node}\",subsystem=\"http\",state=\"active\"}} 7");
    }

    [Fact]
    public async Task Parameters_ThatAreWrong_AreNamed()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        foreach (var (path, message) in new[]
        {
            ("/vitals/cluster?interval=days", "invalid option (interval: expected one of: seconds, minutes, hours)"),
            ("/vitals/cluster?start=yesterday", "invalid option (start: expected a time: Unix seconds, or ISO 8601)"),
            ("/vitals/cluster?start=200&end=100", "invalid option (start: must be before the end)"),
            ("/vitals/services?size=1000", "invalid option (size: must be an integer between 1 and 100)"),
            ("/vitals/requests/live?service=orders", "invalid option (service: expected a valid UUID)"),
            ("/vitals/requests/live?status=200", "invalid option (status: expected one of: 1xx, 2xx, 3xx, 4xx, 5xx)"),
        })
        {
            var (status, body) = await plane.SendAsync(HttpMethod.Get, path);
            status.ShouldBe(HttpStatusCode.BadRequest, path);
            ((string)body["message"]!).ShouldBe(message);
        }

        (await plane.SendAsync(HttpMethod.Get, "/vitals/services/nobody")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await plane.GetAsync($"/vitals/services/{Guid.NewGuid()}"))["data"]!.AsArray().ShouldBeEmpty();
        (await plane.GetAsync("/vitals/cluster?interval=hours&start=2026-01-01T00:00:00Z"))["data"].ShouldNotBeNull();
        (await plane.GetAsync("/vitals"))["intervals"]!["minutes"]!["kept"]!.GetValue<int>().ShouldBe(86_400);
    }

    private static long[] Counts(int[] milliseconds)
    {
        var counts = new long[LatencyBuckets.Count];
        foreach (var one in milliseconds)
        {
            counts[LatencyBuckets.IndexOf(one * 1000L)]++;
        }

        return counts;
    }
}
