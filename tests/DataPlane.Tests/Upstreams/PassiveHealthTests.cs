using System.Net;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;

namespace Gateway.DataPlane.Tests.Upstreams;

public sealed class PassiveHealthTests : IAsyncLifetime
{
    private TestFarm _farm = null!;
    private TestGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _farm = await TestFarm.StartAsync(3);
        _gateway = await TestGateway.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _farm.DisposeAsync();
    }

    [Fact]
    public async Task Statuses_OfATarget_TakeItOutAtTheLimitAndOnlyIt()
    {
        _gateway.Use(_farm.Config(Broken(http: 3)));
        _farm.Answer(1, http =>
        {
            http.Response.StatusCode = 503;
            return Task.CompletedTask;
        });

        var failed = 0;
        for (var i = 0; i < 60; i++)
        {
            failed += await StatusAsync("/") is 503 ? 1 : 0;
        }

        failed.ShouldBe(3);
    }

    [Fact]
    public async Task Statuses_OfAllTargets_LeaveNobodyAndSayIt()
    {
        _gateway.Use(_farm.Config(Broken(http: 1)));
        for (var i = 0; i < 3; i++)
        {
            _farm.Answer(i, http =>
            {
                http.Response.StatusCode = 500;
                return Task.CompletedTask;
            });
        }

        for (var i = 0; i < 3; i++)
        {
            (await StatusAsync("/")).ShouldBe(500);
        }

        using var answer = await _gateway.Client.GetAsync("/");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("failure to get a peer from the ring-balancer");
    }

    [Fact]
    public async Task Connections_ThatAreRefused_TakeTheTargetOutWithoutAFailedRequest()
    {
        _gateway.Use(_farm.Config(Broken(tcp: 2)));
        await _farm.KillAsync(2);
        var answers = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            answers.Add(await _gateway.Client.GetStringAsync("/"));
        }

        answers.ShouldAllBe(a => a == "0" || a == "1");
        await _farm.ReviveAsync(2);
        (await _gateway.Client.GetStringAsync("/")).ShouldNotBe("2", "without probes nobody finds out that it is back");
    }

    [Fact]
    public async Task Timeouts_OfATarget_TakeItOut()
    {
        _farm.Answer(0, http => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        _gateway.Use(_farm.Config(Broken(timeouts: 1), service: s => s with { ReadTimeout = 200 }));
        for (var i = 0; i < 12; i++)
        {
            (await _gateway.Client.GetStringAsync("/")).ShouldBeOneOf("1", "2");
        }
    }

    [Fact]
    public async Task Threshold_ThatIsNotExceeded_ClosesTheWholeUpstream()
    {
        _gateway.Use(_farm.Config(u => Broken(tcp: 1)(u) with { Healthchecks = Broken(tcp: 1)(u).Healthchecks with { Threshold = 67 } }, [100, 100, 100]));
        await _farm.KillAsync(0);
        var statuses = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            statuses.Add(await StatusAsync("/"));
        }

        statuses.Last().ShouldBe(503, "66.7 % do not exceed 67 %");
    }

    [Fact]
    public async Task Health_OfATarget_OutlivesAChangeOfTheConfiguration()
    {
        _gateway.Use(_farm.Config(Broken(tcp: 1)));
        await _farm.KillAsync(0);
        for (var i = 0; i < 6; i++)
        {
            (await StatusAsync("/")).ShouldBe(200);
        }

        await _farm.ReviveAsync(0);
        _gateway.Use(_farm.Config(Broken(tcp: 1), weights: [100, 50, 50]));
        for (var i = 0; i < 10; i++)
        {
            (await _gateway.Client.GetStringAsync("/")).ShouldNotBe("0");
        }

        _gateway.Use(_farm.Config());
        var answers = new HashSet<string>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await _gateway.Client.GetStringAsync("/"));
        }

        answers.ShouldContain("0", "where the checks are off, everybody is available");
    }

    [Fact]
    public async Task Weights_ThatChangeUnderLoad_LoseNoRequestAndSplitExactly()
    {
        _gateway.Use(_farm.Config(weights: [50, 50, 0]));
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var failed = 0;
            while (!stop.IsCancellationRequested)
            {
                failed += await StatusAsync("/") is 200 ? 0 : 1;
            }

            return failed;
        })).ToArray();
        for (var i = 0; i < 30; i++)
        {
            _gateway.Use(_farm.Config(weights: [i % 3, 1 + (i % 5), 100]));
        }

        _gateway.Use(_farm.Config(weights: [95, 5, 0]));
        await stop.CancelAsync();
        (await Task.WhenAll(load)).Sum().ShouldBe(0);

        var counts = new int[3];
        for (var i = 0; i < 200; i++)
        {
            counts[int.Parse(await _gateway.Client.GetStringAsync("/"), System.Globalization.CultureInfo.InvariantCulture)]++;
        }

        counts.ShouldBe([190, 10, 0]);
    }

    private static Func<Upstream, Upstream> Broken(int http = 0, int tcp = 0, int timeouts = 0) => u => u with
    {
        Healthchecks = new() { Passive = new() { Unhealthy = new() { HttpFailures = http, TcpFailures = tcp, Timeouts = timeouts } } },
    };

    private async Task<int> StatusAsync(string path)
    {
        using var answer = await _gateway.Client.GetAsync(path);
        return (int)answer.StatusCode;
    }
}
