using System.Net;
using Gateway.Entities;
using Gateway.Plugins.RateLimiting;
using Gateway.Plugins.Tests.Common;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Plugins.Tests.RateLimiting;

public sealed class RateLimitingTests : IDisposable
{
    private readonly TestClock _clock = new(new DateTimeOffset(2026, 11, 20, 18, 53, 32, TimeSpan.Zero));
    private readonly RateLimitingPlugin _plugin;

    public RateLimitingTests() => _plugin = new RateLimitingPlugin(_clock, Redis.Connections(_clock), NullLogger<RateLimitingPlugin>.Instance);

    public void Dispose() => _plugin.Dispose();

    [Fact]
    public async Task Access_MinuteAndHour_TellsBothAndTheTightest()
    {
        var config = new RateLimitingConfig { Minute = 3, Hour = 100 };
        for (var left = 2; left >= 0; left--)
        {
            var passed = await SendAsync(config);
            passed.Answer.ShouldBeNull();
            Header(passed, "X-RateLimit-Limit-Minute").ShouldBe("3");
            Header(passed, "X-RateLimit-Remaining-Minute").ShouldBe($"{left}");
            Header(passed, "X-RateLimit-Limit-Hour").ShouldBe("100");
            Header(passed, "X-RateLimit-Remaining-Hour").ShouldBe($"{left + 97}");
            Header(passed, "RateLimit-Limit").ShouldBe("3");
            Header(passed, "RateLimit-Remaining").ShouldBe($"{left}");
            Header(passed, "RateLimit-Reset").ShouldBe("28");
            Header(passed, "Retry-After").ShouldBeNull();
        }

        var refused = await SendAsync(config);

        refused.Status.ShouldBe(429);
        refused.Message.ShouldBe("API rate limit exceeded");
        Header(refused, "Retry-After").ShouldBe("28");
        Header(refused, "X-RateLimit-Remaining-Minute").ShouldBe("0");
        Header(refused, "X-RateLimit-Remaining-Hour").ShouldBe("97", "what is refused is not counted");

        _clock.Advance(TimeSpan.FromSeconds(28));
        var next = await SendAsync(config);
        next.Answer.ShouldBeNull("a window begins with the minute");
        Header(next, "X-RateLimit-Remaining-Hour").ShouldBe("96");
    }

    [Theory]
    [InlineData("second", 1, 1)]
    [InlineData("minute", 28, 28)]
    [InlineData("hour", 388, 388)]
    [InlineData("day", 18388, 18388)]
    [InlineData("month", 882388, 882388)]
    [InlineData("year", 3560788, 3560788)]
    public async Task Access_EveryPeriod_EndsWithTheCalendar(string period, int reset, int wait)
    {
        var config = period switch
        {
            "second" => new RateLimitingConfig { Second = 1 },
            "minute" => new RateLimitingConfig { Minute = 1 },
            "hour" => new RateLimitingConfig { Hour = 1 },
            "day" => new RateLimitingConfig { Day = 1 },
            "month" => new RateLimitingConfig { Month = 1 },
            _ => new RateLimitingConfig { Year = 1 },
        };
        var first = await SendAsync(config);
        var second = await SendAsync(config);

        first.Answer.ShouldBeNull();
        second.Status.ShouldBe(429);
        Header(second, "Retry-After").ShouldBe($"{reset}");
        _clock.Advance(TimeSpan.FromSeconds(wait));
        (await SendAsync(config)).Answer.ShouldBeNull();
    }

    [Fact]
    public async Task Access_ByHeader_CountsValuesApartAndFallsBackToTheAddress()
    {
        var config = new RateLimitingConfig { Minute = 1, LimitBy = LimitBy.Header, HeaderName = "x-k", ErrorCode = 420, ErrorMessage = "slow down" };

        (await SendAsync(config, e => e.With("x-k", "a"))).Answer.ShouldBeNull();
        (await SendAsync(config, e => e.With("x-k", "b"))).Answer.ShouldBeNull();
        (await SendAsync(config)).Answer.ShouldBeNull();
        var refused = await SendAsync(config, e => e.With("x-k", "a"));
        refused.Status.ShouldBe(420);
        refused.Message.ShouldBe("slow down");
        (await SendAsync(config)).Status.ShouldBe(420);
        (await SendAsync(config, e => e.Address = IPAddress.Parse("9.9.9.9"))).Answer.ShouldBeNull();
    }

    [Fact]
    public async Task Access_ByConsumerCredentialServiceAndPath_CountsEachApart()
    {
        var alice = new Consumer { Id = new(Guid.NewGuid()) };
        var bob = new Consumer { Id = new(Guid.NewGuid()) };
        var service = new Service { Id = new(Guid.NewGuid()), Host = "a" };
        await CountsApartAsync(LimitBy.Consumer, e => e.Authenticate(alice, null), e => e.Authenticate(bob, null));
        await CountsApartAsync(LimitBy.Credential, e => e.Authenticate(alice, new Credential(Guid.NewGuid(), "1", null)), e => e.Authenticate(alice, new Credential(Guid.NewGuid(), "2", null)));
        await CountsApartAsync(LimitBy.Service, e => e.On(null, service), e => e.On(null, service with { Id = new(Guid.NewGuid()) }));
        await CountsApartAsync(LimitBy.Ip, e => e.Address = IPAddress.Parse("1.1.1.1"), e => e.Address = IPAddress.Parse("2.2.2.2"));
        var path = new RateLimitingConfig { Minute = 1, LimitBy = LimitBy.Path, Path = "/login" };
        (await SendAsync(path, target: "/login")).Answer.ShouldBeNull();
        (await SendAsync(path, e => e.Address = IPAddress.Parse("3.3.3.3"), "/login")).Status.ShouldBe(429);
    }

    [Fact]
    public async Task Access_InstancesOfDifferentRoutes_CountApart()
    {
        var config = new RateLimitingConfig { Minute = 1, LimitBy = LimitBy.Ip };
        var one = new PluginInstance(Guid.NewGuid(), Guid.NewGuid(), null, null);

        (await SendAsync(config, e => e.Instance = one)).Answer.ShouldBeNull();
        (await SendAsync(config, e => e.Instance = one with { RouteId = Guid.NewGuid() })).Answer.ShouldBeNull();
        (await SendAsync(config, e => e.Instance = one with { Id = Guid.NewGuid() })).Status.ShouldBe(429, "a new configuration of the same scope goes on counting");
    }

    [Fact]
    public async Task Access_HiddenHeaders_TellsNothing()
    {
        var config = new RateLimitingConfig { Minute = 1, HideClientHeaders = true };
        await SendAsync(config);

        var refused = await SendAsync(config);

        refused.Status.ShouldBe(429);
        refused.ResponseHeaders.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Access_ManyAtOnce_LetsExactlyTheLimitThrough()
    {
        var config = new RateLimitingConfig { Minute = 500, Hour = 700 };

        var exchanges = await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => Task.Run(() => SendAsync(config))));

        exchanges.Count(e => e.Answer is null).ShouldBe(500);
    }

    private static string? Header(FakeExchange exchange, string name) => exchange.ResponseHeaders.TryGetValue(name, out var value) ? value.ToString() : null;

    private async Task CountsApartAsync(LimitBy by, Action<FakeExchange> one, Action<FakeExchange> other)
    {
        var config = new RateLimitingConfig { Minute = 1, LimitBy = by };
        (await SendAsync(config, one)).Answer.ShouldBeNull(by.ToString());
        (await SendAsync(config, other)).Answer.ShouldBeNull(by.ToString());
        _clock.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task<FakeExchange> SendAsync(RateLimitingConfig config, Action<FakeExchange>? prepare = null, string target = "/")
    {
        var exchange = new FakeExchange(target: target);
        prepare?.Invoke(exchange);
        await _plugin.AccessAsync(exchange, config);
        return exchange;
    }
}
