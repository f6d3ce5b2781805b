using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Upstreams;

/// <summary>Upstreams are killed and revived while requests come in.</summary>
public sealed class FailoverTests : IAsyncLifetime
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

    [Theory]
    [InlineData(BalancingAlgorithm.RoundRobin)]
    [InlineData(BalancingAlgorithm.LeastConnections)]
    [InlineData(BalancingAlgorithm.ConsistentHashing)]
    [InlineData(BalancingAlgorithm.Latency)]
    public async Task Load_WhileTargetsDieAndComeBack_LosesNoIdempotentRequest(BalancingAlgorithm algorithm)
    {
        _gateway.Use(_farm.Config(u => u with
        {
            Algorithm = algorithm,
            HashOn = HashInput.Header,
            HashOnHeader = "X-User",
            Healthchecks = new()
            {
                Active = new() { Healthy = new() { Interval = 0.05, Successes = 1 }, Unhealthy = new() { Interval = 0.05, TcpFailures = 1 } },
                Passive = new() { Unhealthy = new() { TcpFailures = 1 } },
            },
        }));
        using var stop = new CancellationTokenSource();
        var answers = new ConcurrentDictionary<string, int>();
        var load = Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-User", $"{worker}-{i}" } } };
                using var answer = await _gateway.Client.SendAsync(request);
                answers.AddOrUpdate(answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : answer.StatusCode.ToString(), 1, static (_, n) => n + 1);
            }
        })).ToArray();

        for (var victim = 0; victim < 3; victim++)
        {
            var name = victim.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await GrowsAsync(answers, name, algorithm);
            await _farm.KillAsync(victim);
            await GrowsAsync(answers, ((victim + 1) % 3).ToString(System.Globalization.CultureInfo.InvariantCulture), algorithm);
            await _farm.ReviveAsync(victim);
            await GrowsAsync(answers, name, algorithm);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        answers.Keys.ShouldBeSubsetOf(["0", "1", "2"]);
    }

    [Fact]
    public async Task Post_WhoseBytesAreOut_IsNeverSentTwice()
    {
        var seen = 0;
        for (var i = 0; i < 3; i++)
        {
            _farm.Answer(i, async http =>
            {
                Interlocked.Increment(ref seen);
                await http.Request.Body.CopyToAsync(Stream.Null);
                http.Abort();
            });
        }

        _gateway.Use(_farm.Config());
        using var post = await _gateway.Client.PostAsync("/", new StringContent("once"));
        post.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        seen.ShouldBe(1);

        using var get = await _gateway.Client.GetAsync("/");
        get.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        seen.ShouldBe(1 + 6, "a GET has the service's five retries");
    }

    [Fact]
    public async Task Post_WhoseConnectionIsRefused_GoesToAnother()
    {
        _farm.Answer(1, async http => await http.Response.WriteAsync(await new StreamReader(http.Request.Body, Encoding.UTF8).ReadToEndAsync()));
        await _farm.KillAsync(0);
        await _farm.KillAsync(2);
        _gateway.Use(_farm.Config());
        for (var i = 0; i < 6; i++)
        {
            using var post = await _gateway.Client.PostAsync("/", new StringContent("kept"));
            (await post.Content.ReadAsStringAsync()).ShouldBe("kept");
        }
    }

    /// <summary>Waits until a target has answered once more; by latency, which leaves a slow one alone for long, until many requests were answered.</summary>
    private static Task GrowsAsync(ConcurrentDictionary<string, int> answers, string name, BalancingAlgorithm algorithm)
    {
        var before = Count();
        return Wait.UntilAsync(() => Task.FromResult(Count() > before + (algorithm is BalancingAlgorithm.Latency ? 200 : 0)), $"target {name} answers");

        int Count() => algorithm is BalancingAlgorithm.Latency ? answers.Values.Sum() : answers.GetValueOrDefault(name);
    }
}
