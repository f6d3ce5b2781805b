using Gateway.Entities;
using Gateway.Plugins.ResponseRatelimiting;
using Gateway.Plugins.Tests.Common;
using Gateway.PluginSdk.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Plugins.Tests.ResponseRatelimiting;

public sealed class ResponseRatelimitingTests : IDisposable
{
    private static readonly Consumer _bob = new() { Id = new(Guid.NewGuid()), Username = "bob" };
    private readonly TestClock _clock = new(new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly ResponseRatelimitingPlugin _plugin;

    public ResponseRatelimitingTests() => _plugin = new(_clock, Redis.Connections(_clock), NullLogger<ResponseRatelimitingPlugin>.Instance);

    public void Dispose() => _plugin.Dispose();

    [Fact]
    public async Task Answers_CountWhatTheyTell_UntilNothingIsLeft()
    {
        var config = Config();

        var first = await AskAsync(config, "video=2, other=9, image = 1");
        var second = await AskAsync(config, "video=5");
        var third = await AskAsync(config, "video=1");
        var free = await AskAsync(config, null);

        Headers(first, "video-Minute").ShouldBe(("3", "1"));
        Headers(first, "image-Hour").ShouldBe(("10", "9"));
        first.ResponseHeaders["X-RateLimit-Remaining-video"].ToString().ShouldBe("3");
        first.ResponseHeaders.ContainsKey("x-kong-limit").ShouldBeFalse();
        (first.Http.Response.StatusCode, second.Http.Response.StatusCode, free.Http.Response.StatusCode).ShouldBe((200, 200, 200));
        Headers(second, "video-Minute").ShouldBe(("3", "0"));
        third.Http.Response.StatusCode.ShouldBe(429);
        third.ResponseHeaders["X-RateLimit-Remaining-video"].ToString().ShouldBe("-4");
        using var body = new MemoryStream();
        var filter = _plugin.FilterBody(third, config, body);
        await filter.WriteAsync("secret"u8.ToArray());
        await filter.DisposeAsync();
        body.Length.ShouldBe(0);
        _plugin.FilterBody(first, config, body).ShouldBeSameAs(body, "what is within its limits costs nothing");
    }

    [Fact]
    public async Task Answers_InANewPeriodOrOfAnotherConsumer_HaveAllLeft()
    {
        var config = Config();
        await AskAsync(config, "video=3", _bob);

        (await AskAsync(config, "video=1", _bob)).Http.Response.StatusCode.ShouldBe(429);
        (await AskAsync(config, "video=1")).Http.Response.StatusCode.ShouldBe(200);
        _clock.Advance(TimeSpan.FromMinutes(1));
        (await AskAsync(config, "video=1", _bob)).Http.Response.StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task BlockOnFirstViolation_RefusesBeforeTheUpstreamIsAsked()
    {
        var config = Config() with { BlockOnFirstViolation = true, HideClientHeaders = true };
        (await AskAsync(config, "image=10")).ResponseHeaders.Keys.ShouldBeEmpty();
        var refused = new FakeExchange();

        await _plugin.AccessAsync(refused, config);

        (refused.Status, refused.Message).ShouldBe((429, "API rate limit exceeded for 'image'"));
    }

    private static ResponseRatelimitingConfig Config() => new()
    {
        Limits = new Dictionary<string, ResponseLimit> { ["video"] = new() { Minute = 3 }, ["image"] = new() { Hour = 10 } },
    };

    private static (string, string) Headers(FakeExchange exchange, string limit) =>
        (exchange.ResponseHeaders[$"X-RateLimit-Limit-{limit}"].ToString(), exchange.ResponseHeaders[$"X-RateLimit-Remaining-{limit}"].ToString());

    private async Task<FakeExchange> AskAsync(ResponseRatelimitingConfig config, string? used, Consumer? consumer = null)
    {
        var exchange = new FakeExchange();
        if (consumer is not null)
        {
            exchange.Authenticate(consumer, null);
        }

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
