using System.Net;
using System.Text.Json.Nodes;
using Gateway.Sync.Telemetry;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed class UpstreamEndpointsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly List<HealthMark> _marks = [];
    private readonly Dictionary<Guid, UpstreamHealth> _known = [];
    private RunningControlPlane _plane = null!;

    public async Task InitializeAsync() => _plane = await RunningControlPlane.StartAsync(postgres, new LocalUpstreams(
        id => new(_known.GetValueOrDefault(id)),
        mark =>
        {
            _marks.Add(mark);
            return new(mark.Address?.Port is 1 ? "target not found" : null);
        }));

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task Health_OfTargets_StandsBesideTheirRows()
    {
        var (upstream, targets) = await MakeAsync("farm.test", "10.0.0.1:80", "10.0.0.2:80", "gone.test:80");
        _known[upstream] = new UpstreamHealth(upstream, HealthState.Healthy,
        [
            Target(targets["10.0.0.1:80"], "10.0.0.1", new AddressHealth("10.0.0.1", 80, 100, HealthState.Healthy, null)),
            Target(targets["10.0.0.2:80"], "10.0.0.2", new AddressHealth("10.0.0.2", 80, 100, HealthState.Unhealthy, "probe: connection refused")),
            Target(targets["gone.test:80"], "gone.test"),
        ]);

        var body = await _plane.GetAsync("/upstreams/farm.test/health");

        var rows = body["data"]!.AsArray().ToDictionary(r => (string)r!["target"]!, r => r!);
        ((string)rows["10.0.0.1:80"]["health"]!).ShouldBe("HEALTHY");
        ((string)rows["10.0.0.2:80"]["health"]!).ShouldBe("UNHEALTHY");
        ((string)rows["gone.test:80"]["health"]!).ShouldBe("DNS_ERROR");
        rows["10.0.0.2:80"]["data"]!.ToJsonString().ShouldBe(
            """{"host":"10.0.0.2","port":80,"dns":"A","nodeWeight":100,"weight":{"total":100,"available":0,"unavailable":100},"addresses":[{"ip":"10.0.0.2","port":80,"health":"UNHEALTHY","weight":100}]}""");
        Guid.TryParse((string)body["node_id"]!, out _).ShouldBeTrue();
        ((int)rows["10.0.0.1:80"]["weight"]!).ShouldBe(100);

        var whole = await _plane.GetAsync("/upstreams/farm.test/health?balancer_health=1");
        ((string)whole["data"]!["health"]!).ShouldBe("HEALTHY");
        ((int)whole["data"]!["details"]!["weight"]!["total"]!).ShouldBe(200);

        var planes = await _plane.GetAsync("/upstreams/farm.test/health/data-planes");
        ((string)planes["data"]![0]!["targets"]![1]!["addresses"]![0]!["reason"]!).ShouldBe("probe: connection refused");
    }

    [Fact]
    public async Task Health_NobodyKnows_IsOffAndPagesLeadOn()
    {
        await MakeAsync("new.test", "10.0.0.1:80", "10.0.0.2:80");
        var first = await _plane.GetAsync("/upstreams/new.test/health?size=1");
        ((string)first["data"]![0]!["health"]!).ShouldBe("HEALTHCHECKS_OFF");
        ((string)first["next"]!).ShouldStartWith("/upstreams/new.test/health?offset=");
        (await _plane.GetAsync((string)first["next"]!))["data"]!.AsArray().Count.ShouldBe(1);
        (await _plane.SendAsync(HttpMethod.Get, "/upstreams/none.test/health")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.GetAsync("/upstreams/new.test/targets/all"))["data"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Marks_OfATargetOrAnAddress_GoToTheBalancer()
    {
        var (upstream, targets) = await MakeAsync("marked.test", "a.test:80");

        (await _plane.SendAsync(HttpMethod.Put, "/upstreams/marked.test/targets/a.test:80/unhealthy")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.SendAsync(HttpMethod.Put, $"/upstreams/{upstream}/targets/{targets["a.test:80"]}/10.0.0.9:80/healthy")).Status.ShouldBe(HttpStatusCode.NoContent);

        _marks.ShouldBe(
        [
            new HealthMark(upstream, "marked.test", targets["a.test:80"], null, false),
            new HealthMark(upstream, "marked.test", targets["a.test:80"], new IPEndPoint(IPAddress.Parse("10.0.0.9"), 80), true),
        ]);
        var (status, problem) = await _plane.SendAsync(HttpMethod.Put, "/upstreams/marked.test/targets/a.test:80/10.0.0.9:1/healthy");
        (status, (string)problem["message"]!).ShouldBe((HttpStatusCode.BadRequest, "target not found"));
        (await _plane.SendAsync(HttpMethod.Put, "/upstreams/marked.test/targets/b.test:80/healthy")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.SendAsync(HttpMethod.Post, "/upstreams/marked.test/targets/a.test:80/healthy")).Status.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    private async Task<(Guid Upstream, Dictionary<string, Guid> Targets)> MakeAsync(string name, params string[] targets)
    {
        var upstream = await _plane.PostAsync("/upstreams", new JsonObject { ["name"] = name });
        var made = new Dictionary<string, Guid>();
        foreach (var target in targets)
        {
            made[target] = Guid.Parse((string)(await _plane.PostAsync($"/upstreams/{name}/targets", new JsonObject { ["target"] = target }))["id"]!);
        }

        return (Guid.Parse((string)upstream["id"]!), made);
    }

    private static TargetHealth Target(Guid id, string host, params AddressHealth[] addresses)
    {
        var unavailable = addresses.Where(a => a.Health is HealthState.Unhealthy).Sum(a => a.Weight);
        var total = addresses.Sum(a => a.Weight);
        return new TargetHealth(id, host, 80, "A", 100, new HealthWeight(total, total - unavailable, unavailable), addresses);
    }
}
