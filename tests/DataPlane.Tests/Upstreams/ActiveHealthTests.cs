using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Upstreams;

public sealed class ActiveHealthTests : IAsyncLifetime
{
    private TestFarm _farm = null!;
    private TestGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _farm = await TestFarm.StartAsync(2);
        _gateway = await TestGateway.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _farm.DisposeAsync();
    }

    [Theory]
    [InlineData(HealthcheckType.Http)]
    [InlineData(HealthcheckType.Tcp)]
    public async Task Probes_OfATargetThatDiesAndComesBack_FollowIt(HealthcheckType type)
    {
        _gateway.Use(_farm.Config(Probed(type)));
        (await HealthAsync()).ShouldBe(["HEALTHY", "HEALTHY"]);

        await _farm.KillAsync(0);
        await UntilAsync("UNHEALTHY", "HEALTHY");
        for (var i = 0; i < 6; i++)
        {
            (await _gateway.Client.GetStringAsync("/")).ShouldBe("1");
        }

        await _farm.ReviveAsync(0);
        await UntilAsync("HEALTHY", "HEALTHY");
        var answers = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add(await _gateway.Client.GetStringAsync("/"));
        }

        answers.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Probes_AskWithTheirPathHeadersAndHost()
    {
        var asked = new TaskCompletionSource<(string Target, string Host, string? Mark)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _farm.Answer(0, http =>
        {
            asked.TrySetResult((http.Request.Path + http.Request.QueryString, http.Request.Host.Value!, http.Request.Headers["X-Probe"]));
            http.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        _gateway.Use(_farm.Config(
            u => Probed(HealthcheckType.Http, a => a with
            {
                HttpPath = "/up?full=1",
                Headers = new Dictionary<string, IReadOnlyList<string>> { ["X-Probe"] = ["yes"] },
                Healthy = a.Healthy with { HttpStatuses = [204] },
            })(u) with { HostHeader = "shop.test" }));

        var (target, host, mark) = await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        target.ShouldBe("/up?full=1");
        host.ShouldBe($"shop.test:{_farm.Ports[0]}");
        mark.ShouldBe("yes");
    }

    [Fact]
    public async Task Probes_AnsweredBadlyOrLate_TakeTheTargetOutAndTellWhy()
    {
        _farm.Answer(0, http =>
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        _farm.Answer(1, http => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        _gateway.Use(_farm.Config(Probed(HealthcheckType.Http, a => a with { Timeout = 0.2 })));

        await UntilAsync("UNHEALTHY", "UNHEALTHY");
        using var answer = await _gateway.Client.GetAsync("/");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var whole = JsonNode.Parse(await StatusAsync("health?balancer_health=1"))!["data"]!;
        ((string)whole["health"]!).ShouldBe("UNHEALTHY");
        ((int)whole["details"]!["weight"]!["unavailable"]!).ShouldBe(200);
    }

    [Fact]
    public async Task Probes_OverTls_VerifyTheCertificateWhenTold()
    {
        // The upstreams speak no TLS at all, so the handshake fails.
        _gateway.Use(_farm.Config(Probed(HealthcheckType.Https)));
        await UntilAsync("UNHEALTHY", "UNHEALTHY");
    }

    [Fact]
    public async Task Health_OfUncheckedAndUnresolvedTargets_SaysSo()
    {
        var config = _farm.Config(weights: [100, 0]);
        _gateway.Use(config);
        (await HealthAsync()).ShouldBe(["HEALTHCHECKS_OFF", "HEALTHCHECKS_OFF"]);

        _gateway.Use(config with { Targets = [new Target { Id = new(Some.Id()), Upstream = new(_farm.Id), Address = "nowhere.invalid:80" }] });
        (await HealthAsync()).ShouldBe(["DNS_ERROR"]);
        using var missing = await _gateway.Client.GetAsync($"http://127.0.0.1:{_gateway.StatusPort}/upstreams/none/health");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Targets_OfAnUpstream_ComeInPages()
    {
        _gateway.Use(_farm.Config());
        var first = JsonNode.Parse(await StatusAsync("targets?size=1"))!;
        first["data"]!.AsArray().Count.ShouldBe(1);
        var second = JsonNode.Parse(await _gateway.Client.GetStringAsync(new Uri($"http://127.0.0.1:{_gateway.StatusPort}{(string)first["next"]!}")))!;
        second["next"].ShouldBeNull();
        string[] both = [(string)first["data"]![0]!["target"]!, (string)second["data"]![0]!["target"]!];
        both.ShouldBe(_farm.Ports.Select(p => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{p}")), ignoreOrder: true);
    }

    private static Func<Upstream, Upstream> Probed(HealthcheckType type, Func<ActiveHealthcheck, ActiveHealthcheck>? change = null) => u =>
    {
        var active = new ActiveHealthcheck
        {
            Type = type,
            Healthy = new() { Interval = 0.05, Successes = 2 },
            Unhealthy = new() { Interval = 0.05, HttpFailures = 2, TcpFailures = 2, Timeouts = 2 },
        };
        return u with { Healthchecks = new() { Active = change?.Invoke(active) ?? active } };
    };

    private Task UntilAsync(params string[] health) =>
        Wait.UntilAsync(async () => (await HealthAsync()).SequenceEqual(health), $"the targets are {string.Join(", ", health)}");

    private async Task<string[]> HealthAsync() =>
        [.. JsonNode.Parse(await StatusAsync("health"))!["data"]!.AsArray().Select(t => (string)t!["health"]!)];

    private Task<string> StatusAsync(string path) => _gateway.Client.GetStringAsync(new Uri($"http://127.0.0.1:{_gateway.StatusPort}/upstreams/farm.test/{path}"));
}
