using System.Diagnostics;
using Gateway.Plugins.Common.Redis;
using Gateway.Plugins.RateLimiting;
using Gateway.Plugins.Tests.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Plugins.Tests.RateLimiting;

public sealed class RedisPolicyTests : IAsyncLifetime
{
    private static readonly PluginInstance _instance = new(Guid.NewGuid(), new Guid("11111111-2222-3333-4444-555555555555"), null, null);
    private readonly TestClock _clock = new(new DateTimeOffset(2026, 11, 20, 18, 53, 32, TimeSpan.Zero));
    private TestRedis _redis = null!;

    public async Task InitializeAsync() => _redis = await TestRedis.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Access_Keys_AreKongsAndGoWithTheirWindow()
    {
        using var node = new Node(_clock);
        var config = Config() with { Second = 2, Minute = 3, Month = 4 };

        var passed = await node.SendAsync(config);

        Header(passed, "X-RateLimit-Remaining-Second").ShouldBe("1");
        Header(passed, "X-RateLimit-Remaining-Minute").ShouldBe("2");
        Header(passed, "X-RateLimit-Remaining-Month").ShouldBe("3");
        const string Minute = "ratelimit:11111111-2222-3333-4444-555555555555:00000000-0000-0000-0000-000000000000:127.0.0.1:1795200780000:minute";
        (await _redis.AskAsync("GET", Minute)).ShouldBe("1");
        int.Parse(await _redis.AskAsync("TTL", Minute)).ShouldBeInRange(30, 60);
        const string Month = "ratelimit:11111111-2222-3333-4444-555555555555:00000000-0000-0000-0000-000000000000:127.0.0.1:1793491200000:month";
        (await _redis.AskAsync("GET", Month)).ShouldBe("1");
        int.Parse(await _redis.AskAsync("TTL", Month)).ShouldBeInRange((31 * 86_400) - 30, 31 * 86_400, "the longest month ends before its counter does");
    }

    [Fact]
    public async Task Access_WhatKongCounted_CountsHereToo()
    {
        using var node = new Node(_clock);
        await _redis.AskAsync("SET", "ratelimit:11111111-2222-3333-4444-555555555555:00000000-0000-0000-0000-000000000000:127.0.0.1:1795200780000:minute", "2", "EX", "60");

        var last = await node.SendAsync(Config() with { Minute = 3 });
        var refused = await node.SendAsync(Config() with { Minute = 3 });

        (last.Answer, Header(last, "X-RateLimit-Remaining-Minute")).ShouldBe((null, "0"));
        (refused.Status, refused.Message, Header(refused, "Retry-After")).ShouldBe((429, "API rate limit exceeded", "28"));
    }

    [Fact]
    public async Task Access_Refused_IsCountedInNoWindow()
    {
        using var node = new Node(_clock);
        var config = Config() with { Minute = 1, Hour = 10, ErrorCode = 420, ErrorMessage = "slow down" };
        await node.SendAsync(config);

        var refused = await node.SendAsync(config);

        (refused.Status, refused.Message).ShouldBe((420, "slow down"));
        Header(refused, "X-RateLimit-Remaining-Hour").ShouldBe("9");
        (await CountsAsync()).Order().ShouldBe(["1", "1"]);
        _clock.Advance(TimeSpan.FromSeconds(28));
        Header(await node.SendAsync(config), "X-RateLimit-Remaining-Hour").ShouldBe("8", "a window begins with the minute");
    }

    [Fact]
    public async Task Access_ManyAtOnceOnTwoNodes_LetsExactlyTheLimitThrough()
    {
        using var one = new Node(_clock);
        using var two = new Node(_clock);
        var config = Config() with { Minute = 100, Hour = 150, HideClientHeaders = true };

        var exchanges = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() => (i % 2 is 0 ? one : two).SendAsync(config))));

        exchanges.Count(e => e.Answer is null).ShouldBe(100);
        exchanges.ShouldAllBe(e => e.ResponseHeaders.Count == 0);
        (await CountsAsync()).ShouldBe(["100", "100"]);
        (await _redis.AskAsync("CLIENT", "LIST", "TYPE", "normal")).Split('\n').Length.ShouldBe(3, "one connection for each node, and the one that asks");
    }

    [Fact]
    public async Task Access_RestartedServer_IsDoneWithoutMeanwhileAndFoundAgain()
    {
        using var node = new Node(TimeProvider.System);
        var lenient = Config() with { Year = 100, FaultTolerant = true };
        var strict = lenient with { FaultTolerant = false };
        (await node.SendAsync(strict)).Answer.ShouldBeNull();
        await _redis.KillAsync();

        var refused = await node.SendAsync(strict);
        var passed = await node.SendAsync(lenient);

        (refused.Status, refused.Message).ShouldBe((500, null), "the status has a text of its own");
        passed.Answer.ShouldBeNull();
        passed.ResponseHeaders.Count.ShouldBe(0, "nothing is known to tell");
        await _redis.StartAsync();
        await Wait.UntilAsync(async () => Header(await node.SendAsync(lenient), "X-RateLimit-Remaining-Year") is not null, "the server counts again");
    }

    [Fact]
    public async Task Access_HangingServer_CostsItsTimeoutOnce()
    {
        using var node = new Node(TimeProvider.System);
        var config = Config(timeout: 1_000) with { Year = 100, FaultTolerant = false };
        (await node.SendAsync(config)).Answer.ShouldBeNull();
        _redis.Hang();
        var clock = Stopwatch.StartNew();

        var first = await node.SendAsync(config);
        var firstTook = clock.Elapsed;
        clock.Restart();
        var others = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => node.SendAsync(config)));

        first.Status.ShouldBe(500);
        others.ShouldAllBe(e => e.Status == 500);
        firstTook.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(0.9), "it is known to be down");
        _redis.Resume();
        await Wait.UntilAsync(async () => (await node.SendAsync(config)).Answer is null, "the server counts again");
    }

    [Fact]
    public async Task Access_NeverThere_IsSaidAtOnce()
    {
        using var node = new Node(TimeProvider.System);
        var config = Config(FreePort.Next()) with { Year = 100, FaultTolerant = false };

        (await node.SendAsync(config)).Status.ShouldBe(500);
        (await node.SendAsync(config with { FaultTolerant = true })).Answer.ShouldBeNull();
    }

    [Fact]
    public async Task Access_ServerThatRefuses_IsAFailureLikeAnother()
    {
        using var node = new Node(TimeProvider.System);
        var config = Config() with { Year = 100, FaultTolerant = false };
        await _redis.AskAsync("CONFIG", "SET", "min-replicas-to-write", "1");

        (await node.SendAsync(config)).Status.ShouldBe(500);
        await _redis.AskAsync("CONFIG", "SET", "min-replicas-to-write", "0");
        (await node.SendAsync(config)).Answer.ShouldBeNull("a refusal is no outage");
    }

    [Fact]
    public async Task Access_WithAnInterval_CountsHereAndTellsTheOthersLater()
    {
        using var one = new Node(TimeProvider.System);
        using var two = new Node(TimeProvider.System);
        var config = Config() with { Year = 10, SyncRate = 0.1 };

        for (var left = 9; left >= 6; left--)
        {
            Header(await one.SendAsync(config), "X-RateLimit-Remaining-Year").ShouldBe($"{left}");
        }

        await Wait.UntilAsync(async () => (await CountsAsync()) is ["4"], "the counts are brought to Redis");
        Header(await two.SendAsync(config), "X-RateLimit-Remaining-Year").ShouldBe("5", "what the other node counted is known from the first request on");
        await Wait.UntilAsync(async () => (await one.SendAsync(config)).Status is 429, "the limit holds here too");
        await Wait.UntilAsync(async () => (await CountsAsync()) is ["10" or "11"], "what was refused is not counted; only what the other node had not told yet passes");
        var key = (await _redis.AskAsync("KEYS", "ratelimit:*:year")).Split('\n').ShouldHaveSingleItem();
        int.Parse(await _redis.AskAsync("TTL", key)).ShouldBeGreaterThan(365 * 86_400);
    }

    [Fact]
    public async Task Access_WithAnIntervalAndAServerThatGoes_FailsAndKeepsWhatWasCounted()
    {
        using var node = new Node(TimeProvider.System);
        var config = Config() with { Year = 100, SyncRate = 0.05, FaultTolerant = false };
        (await node.SendAsync(config)).Answer.ShouldBeNull();
        await _redis.KillAsync();
        await Wait.UntilAsync(async () => (await node.SendAsync(config)).Status is 500, "the node learns that the server is gone");

        await _redis.StartAsync();

        await Wait.UntilAsync(async () => (await node.SendAsync(config)).Answer is null, "the server counts again");
        await Wait.UntilAsync(async () => (await CountsAsync()).Length is 1, "the counts are brought to Redis");
    }

    [Theory]
    [InlineData(true, true, "redis.test", true)]
    [InlineData(true, true, "other.test", false)]
    [InlineData(true, false, "redis.test", false)]
    [InlineData(false, false, "other.test", true)]
    public async Task Access_OverTlsAsAUserOfAnotherDatabase_ReachesServersThatItMayTrust(bool verifies, bool trusts, string name, bool isReached)
    {
        using var root = TestAuthority.Create();
        using var certificate = root.Issue("redis.test", ["redis.test"]);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (file, key) = (Path.Combine(folder.FullName, "cert.pem"), Path.Combine(folder.FullName, "key.pem"));
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(key, System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!.ExportPkcs8PrivateKeyPem());
            await using var redis = await TestRedis.StartClosedAsync(file, key, "gateway", "secret", "~ratelimit:*", "+ping", "+select", "+eval", "+get", "+incr", "+expire");
            using var node = new Node(TimeProvider.System, new OutgoingTls { Authorities = (trusts ? root : TestAuthority.Create("other")).Certificate.ExportCertificatePem() });
            var config = Config(redis.Port) with { Year = 100, FaultTolerant = false };
            config = config with { Redis = config.Redis with { Username = "gateway", Password = "secret", Database = 3, Ssl = true, SslVerify = verifies, ServerName = name } };

            (await node.SendAsync(config)).Status.ShouldBe(isReached ? null : 500);
            (await redis.AskAsync("-n", "3", "DBSIZE")).ShouldBe(isReached ? "1" : "0");
            (await node.SendAsync(config with { Redis = config.Redis with { Password = "wrong" } })).Status.ShouldBe(500);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? Header(FakeExchange exchange, string name) => exchange.ResponseHeaders.TryGetValue(name, out var value) ? value.ToString() : null;

    private RateLimitingConfig Config(int? port = null, int timeout = 5_000) =>
        new() { Policy = CounterPolicy.Redis, Redis = new RedisServer { Host = "127.0.0.1", Port = port ?? _redis.Port, Timeout = timeout } };

    private async Task<string[]> CountsAsync()
    {
        var keys = (await _redis.AskAsync("KEYS", "ratelimit:*")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return keys.Length is 0 ? [] : (await _redis.AskAsync(["MGET", .. keys])).Split('\n');
    }

    /// <summary>The plugin as one node has it.</summary>
    private sealed class Node : IDisposable
    {
        private readonly RedisConnections _connections;
        private readonly RateLimitingPlugin _plugin;

        public Node(TimeProvider time, OutgoingTls? outgoing = null)
        {
            _connections = Redis.Connections(time, outgoing);
            _plugin = new RateLimitingPlugin(time, _connections, NullLogger<RateLimitingPlugin>.Instance);
        }

        public async Task<FakeExchange> SendAsync(RateLimitingConfig config)
        {
            var exchange = new FakeExchange { Instance = _instance };
            await _plugin.AccessAsync(exchange, config);
            return exchange;
        }

        public void Dispose()
        {
            _plugin.Dispose();
            _connections.Dispose();
        }
    }
}
