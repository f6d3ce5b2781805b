using Gateway.Plugins.Cors;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;

namespace Gateway.Plugins.Tests.Cors;

public sealed class CorsTests
{
    private readonly CorsPlugin _plugin = new();

    [Theory]
    [InlineData("http://a.test", "http://a.test", "http://a.test")]
    [InlineData("http://a.test", "http://evil.test", "http://a.test")]
    [InlineData("http://a.test", null, "http://a.test")]
    [InlineData("http://a.test http://b.test", "http://b.test", "http://b.test")]
    [InlineData("http://a.test http://b.test", "http://b.test:80", "http://b.test:80")]
    [InlineData("http://a.test http://b.test:80", "http://b.test", "http://b.test")]
    [InlineData("http://a.test http://b.test", "https://b.test", null)]
    [InlineData("http://a.test http://b.test", "http://b.test:8000", null)]
    [InlineData("http://a.test http://b.test", "null", null)]
    [InlineData("http://a.test http://b.test", null, null)]
    [InlineData("http://a.test b.test", "https://b.test:8443", "https://b.test:8443")]
    [InlineData("http://a.test *", "http://any.test", "*")]
    [InlineData(@"https?://.*\.re\.test$", "https://x.re.test", "https://x.re.test")]
    [InlineData(@"https?://.*\.re\.test$", "https://x.re.test.evil", null)]
    [InlineData(@"https?://.*\.re\.test", "https://x.re.test.evil", null)]
    [InlineData(@"https?://.*\.re\.test", "evil-https://x.re.test", null)]
    [InlineData(@".+\.re\.test", "https://x.re.test:8443", "https://x.re.test:8443")]
    [InlineData(@"http://(\w+)\.\1", "http://aa.aa", "http://aa.aa")]
    public void FilterHeaders_Origins_AllowThePageOrNot(string origins, string? page, string? allowed)
    {
        var exchange = Request("GET", page);
        exchange.ResponseHeaders.AccessControlAllowOrigin = "upstream's";
        exchange.ResponseHeaders.Vary = "Accept";

        _plugin.FilterHeaders(exchange, new CorsConfig { Origins = origins.Split(' ') });

        exchange.ResponseHeaders.AccessControlAllowOrigin.ToString().ShouldBe(allowed ?? string.Empty);
        exchange.ResponseHeaders.ContainsKey("Access-Control-Allow-Origin").ShouldBe(allowed is not null);
        exchange.ResponseHeaders.Vary.ToArray().ShouldBe(["Accept", "Origin"]);
    }

    [Theory]
    [InlineData(false, "http://a.test", "*", "", "")]
    [InlineData(false, null, "*", "", "")]
    [InlineData(true, "http://a.test", "http://a.test", "Origin", "true")]
    [InlineData(true, null, "*", "", "")]
    public void FilterHeaders_AnyOrigin_NamesThePageOnlyWithCredentials(bool credentials, string? page, string allowed, string vary, string with)
    {
        foreach (var origins in new string[]?[] { null, [], ["*"] })
        {
            var exchange = Request("GET", page);

            _plugin.FilterHeaders(exchange, new CorsConfig { Origins = origins, Credentials = credentials });

            exchange.ResponseHeaders.AccessControlAllowOrigin.ToString().ShouldBe(allowed);
            exchange.ResponseHeaders.Vary.ToString().ShouldBe(vary);
            exchange.ResponseHeaders.AccessControlAllowCredentials.ToString().ShouldBe(with);
        }
    }

    [Fact]
    public void FilterHeaders_ExposedHeaders_AreNamed()
    {
        var exchange = Request("GET", "http://a.test");

        _plugin.FilterHeaders(exchange, new CorsConfig { ExposedHeaders = ["X-A", "X-B"] });

        exchange.ResponseHeaders.AccessControlExposeHeaders.ToString().ShouldBe("X-A,X-B");
    }

    [Fact]
    public void FilterHeaders_NoOriginAndNoneWanted_AddsNothing()
    {
        var exchange = Request("GET", null);

        _plugin.FilterHeaders(exchange, new CorsConfig { Origins = ["http://a.test"], AllowOriginAbsent = false });

        exchange.ResponseHeaders.ShouldBeEmpty();
    }

    [Fact]
    public async Task Access_Preflight_IsAnsweredWhole()
    {
        var config = new CorsConfig
        {
            Origins = ["http://a.test", "http://b.test"],
            Methods = ["GET", "POST"],
            Headers = ["X-A", "X-B"],
            ExposedHeaders = ["X-E"],
            Credentials = true,
            PrivateNetwork = true,
            MaxAge = 3600,
        };
        var exchange = Preflight().With("Access-Control-Request-Headers", "X-Other").With("Access-Control-Request-Private-Network", "true");

        await _plugin.AccessAsync(exchange, config);
        _plugin.FilterHeaders(exchange, config);

        var answer = exchange.Answer.ShouldBeOfType<Answer.Content>();
        (answer.Status, answer.Body.Length, answer.ContentType).ShouldBe((200, 0, null));
        exchange.ResponseHeaders.ToDictionary(h => h.Key, h => h.Value.ToString()).ShouldBe(
            new Dictionary<string, string>
            {
                ["Vary"] = "Origin",
                ["Access-Control-Allow-Origin"] = "http://a.test",
                ["Access-Control-Allow-Credentials"] = "true",
                ["Access-Control-Allow-Headers"] = "X-A,X-B",
                ["Access-Control-Allow-Methods"] = "GET,POST",
                ["Access-Control-Max-Age"] = "3600",
                ["Access-Control-Allow-Private-Network"] = "true",
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task Access_PreflightWithoutConfiguredHeaders_AllowsWhatIsAskedFor()
    {
        var exchange = Preflight().With("Access-Control-Request-Headers", "X-Foo, X-Bar");

        await _plugin.AccessAsync(exchange, new CorsConfig());

        exchange.ResponseHeaders.AccessControlAllowHeaders.ToString().ShouldBe("X-Foo, X-Bar");
        exchange.ResponseHeaders.AccessControlAllowMethods.ToString().ShouldBe("GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT");
    }

    [Fact]
    public async Task Access_PreflightThatContinues_IsTheUpstreamsAlone()
    {
        var config = new CorsConfig { PreflightContinue = true };
        var exchange = Preflight();

        await _plugin.AccessAsync(exchange, config);
        _plugin.FilterHeaders(exchange, config);

        exchange.Answer.ShouldBeNull();
        exchange.ResponseHeaders.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", "http://a.test", "PUT")]
    [InlineData("OPTIONS", null, "PUT")]
    [InlineData("OPTIONS", "http://a.test", null)]
    public async Task Access_NoPreflight_PassesOn(string method, string? origin, string? wanted)
    {
        var exchange = Request(method, origin);
        if (wanted is not null)
        {
            exchange.With("Access-Control-Request-Method", wanted);
        }

        await _plugin.AccessAsync(exchange, new CorsConfig());
        _plugin.FilterHeaders(exchange, new CorsConfig());

        exchange.Answer.ShouldBeNull();
        exchange.ResponseHeaders.AccessControlAllowOrigin.ToString().ShouldBe("*");
    }

    private static FakeExchange Preflight() => Request("OPTIONS", "http://a.test").With("Access-Control-Request-Method", "PUT");

    private static FakeExchange Request(string method, string? origin) =>
        origin is null ? new FakeExchange(method) : new FakeExchange(method).With("Origin", origin);
}
