using Gateway.Plugins.Common.Redis;
using Gateway.Plugins.ResponseRatelimiting;
using Gateway.Plugins.Tests.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Plugins.Tests.ResponseRatelimiting;

public sealed class RedisPolicyTests : IAsyncLifetime, IDisposable
{
    private static readonly PluginInstance _instance = new(Guid.NewGuid(), null, new Guid("11111111-2222-3333-4444-555555555555"), null);
    private readonly TestClock _clock = new(new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly RedisConnections _connections = Redis.Connections();
    private readonly ResponseRatelimitingPlugin _plugin;
    private TestRedis _redis = null!;

    public RedisPolicyTests() => _plugin = new(_clock, _connections, NullLogger<ResponseRatelimitingPlugin>.Instance);

    public async Task InitializeAsync() => _redis = await TestRedis.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    public void Dispose()
    {
        _plugin.Dispose();
        _connections.Dispose();
    }

    [Fact]
    public async Task Answers_AreCountedInKongsKeys_UntilNothingIsLeft()
    {
        var config = Config();
        const string Video = "response-ratelimit:00000000-0000-0000-0000-000000000000:11111111-2222-3333-4444-555555555555:127.0.0.1:1777629600000:video:minute";

        var first = await AskAsync(config, "video=2, image=1");
        await Wait.UntilAsync(async () => await _redis.AskAsync("GET", Video) is "2", "the use is counted");
        int.Parse(await _redis.AskAsync("TTL", Video)).ShouldBeInRange(30, 60);
        await _redis.AskAsync("INCRBY", Video, "1");
        var second = await AskAsync(config, "video=1");

        first.ResponseHeaders["X-RateLimit-Remaining-video-Minute"].ToString().ShouldBe("1");
        first.ResponseHeaders["X-RateLimit-Remaining-image-Hour"].ToString().ShouldBe("9");
        second.ResponseHeaders["X-RateLimit-Remaining-video"].ToString().ShouldBe("0", "what a node of Kong counted is counted here too");
        second.Http.Response.StatusCode.ShouldBe(429);
        (await _redis.AskAsync("GET", Video)).ShouldBe("3", "what was refused is not counted");
    }

    [Fact]
    public async Task Requests_WhileTheServerIsGone_PassOrAreRefusedAsConfigured()
    {
        await _redis.KillAsync();
        var strict = new FakeExchange { Instance = _instance };

        await _plugin.AccessAsync(strict, Config() with { FaultTolerant = false });
        var lenient = await AskAsync(Config(), "video=1");

        strict.Status.ShouldBe(500);
        lenient.ResponseHeaders.Keys.ShouldBe(["X-Kong-Limit"], "nothing is known to tell");
        await _redis.StartAsync();
        await Wait.UntilAsync(async () => (await AskAsync(Config(), null)).ResponseHeaders.ContainsKey("X-RateLimit-Remaining-video"), "the server counts again");
    }

    private ResponseRatelimitingConfig Config() => new()
    {
        Limits = new Dictionary<string, ResponseLimit> { ["video"] = new() { Minute = 3 }, ["image"] = new() { Hour = 10 } },
        Policy = "redis",
        Redis = new RedisServer { Host = "127.0.0.1", Port = _redis.Port, Timeout = 5_000 },
    };

    private async Task<FakeExchange> AskAsync(ResponseRatelimitingConfig config, string? used)
    {
        var exchange = new FakeExchange { Instance = _instance };
        await _plugin.AccessAsync(exchange, config);
        exchange.Answer.ShouldBeNull();
        if (used is not null)
        {
            exchange.ResponseHeaders["X-Kong-Limit"] = used;
        }

        _plugin.FilterHeaders(exchange, config);
        return exchange;
    }
}
