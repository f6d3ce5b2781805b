using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Plugins;

/// <summary>Limits that several data planes count together, in a Redis that may hang.</summary>
public sealed class SharedLimitsTests
{
    [Fact]
    public async Task Limit_OfTwoDataPlanesWithOneRedis_IsTheSum()
    {
        await using var redis = await TestRedis.StartAsync();
        await using var upstream = await TestUpstream.StartAsync();
        await using var one = await TestGateway.StartAsync();
        await using var two = await TestGateway.StartAsync();
        var service = Some.Service(upstream.Port);
        var route = Some.Route(service, "/");
        var config = Some.Config(service, route) with { Plugins = [Some.Plugin("rate-limiting", Limit(redis.Port), route)] };
        one.Use(config);
        two.Use(config);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 is 0 ? one : two).Client.GetAsync("/")));

        answers.Count(a => a.StatusCode is HttpStatusCode.OK).ShouldBe(10);
        answers.Count(a => a.StatusCode is HttpStatusCode.TooManyRequests).ShouldBe(30);
    }

    [Fact]
    public async Task Requests_BesideThoseThatWaitForRedis_AreServed()
    {
        await using var redis = await TestRedis.StartAsync();
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var service = Some.Service(upstream.Port);
        var (limited, free) = (Some.Route(service, "/limited"), Some.Route(service, "/free"));
        gateway.Use(Some.Config(service, limited, free) with { Plugins = [Some.Plugin("rate-limiting", Limit(redis.Port, timeout: 20_000), limited)] });
        (await gateway.Client.GetAsync("/limited")).StatusCode.ShouldBe(HttpStatusCode.OK);
        redis.Hang();
        var clock = Stopwatch.StartNew();
        var waiting = Enumerable.Range(0, 50).Select(_ => gateway.Client.GetAsync("/limited")).ToArray();

        var served = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gateway.Client.GetAsync("/free")));

        served.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        waiting.ShouldAllBe(w => !w.IsCompleted, $"they wait for Redis, after {clock.Elapsed}");
        redis.Resume();
        (await Task.WhenAll(waiting)).Count(a => a.StatusCode is HttpStatusCode.OK).ShouldBe(9);
    }

    [Fact]
    public async Task Redis_ThatIsNotThere_IsAnErrorInTheClientsForm()
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var service = Some.Service(upstream.Port);
        var route = Some.Route(service, "/");
        var config = Limit(FreePort.Next());
        config["fault_tolerant"] = false;
        gateway.Use(Some.Config(service, route) with { Plugins = [Some.Plugin("rate-limiting", config, route)] });

        using var answer = await gateway.Client.GetAsync("/");

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        ((string?)body["message"]).ShouldBe("An unexpected error occurred");
        body.ContainsKey("request_id").ShouldBeTrue();
    }

    private static JsonObject Limit(int port, int timeout = 5_000) => new()
    {
        ["year"] = 10,
        ["limit_by"] = "ip",
        ["policy"] = "redis",
        ["redis"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = port, ["timeout"] = timeout },
    };
}
