using System.Text;
using Gateway.PluginSdk.Testing;
using Gateway.Plugins.RequestTransformer;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Plugins.Tests.RequestTransformer;

public sealed class RequestTransformerTests
{
    private readonly RequestTransformerPlugin _plugin = new(NullLogger<RequestTransformerPlugin>.Instance);

    [Theory]
    [InlineData("$(headers.x_a)", "1")]
    [InlineData("$(headers[\"x-a\"])-$(headers.missing)", "1-")]
    [InlineData("$(query_params.q)", "first")]
    [InlineData("$(query_params.q[2])", "second")]
    [InlineData("$(query_params.flag)", "true")]
    [InlineData("$(uri_captures['id'] or 'none')/$(uri_captures[1])", "7/7")]
    [InlineData("$(uri_captures.other or headers.none or \"x\")", "x")]
    [InlineData("a$('b' .. 1 .. (headers.x_a and 'c'))d", "ab1cd")]
    [InlineData("$(shared.x or 'nothing shared')", "nothing shared")]
    [InlineData("no template $ ( at all", "no template $ ( at all")]
    public async Task Templates_AreRenderedForTheRequest(string template, string expected)
    {
        var exchange = new FakeExchange("GET", "/p?q=first&q=second&flag").With("X-A", "1");
        exchange.Captured["id"] = exchange.Captured["1"] = "7";

        await _plugin.AccessAsync(exchange, new() { Add = new() { Headers = [$"x-t:{template}"] } });

        exchange.RequestHeaders["x-t"].ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("$(os.execute('rm'))")]
    [InlineData("$(headers)")]
    [InlineData("$(headers.x")]
    [InlineData("$(headers['x)")]
    [InlineData("$(1 + 1)")]
    public async Task Template_ThatCannotBeUnderstood_IsAnErrorAndNothingGoesUpstream(string template)
    {
        var exchange = new FakeExchange();
        var config = new RequestTransformerConfig { Add = new() { Headers = [$"x-t:{template}"] } };

        _plugin.Configure(exchange.Instance, config);
        await _plugin.AccessAsync(exchange, config);

        exchange.Status.ShouldBe(500);
    }

    [Theory]
    [InlineData("$(headers.missing .. 'x')")]
    [InlineData("$('x' .. query_params.missing)")]
    [InlineData("$(query_params.missing[1])")]
    [InlineData("$(headers.missing.more)")]
    [InlineData("$(shared.mine.more)")]
    public async Task Template_WithoutAValue_IsAnErrorAndNothingGoesUpstream_EvenWhereItIsNotNeeded(string template)
    {
        foreach (var config in (RequestTransformerConfig[])
            [
                new() { Add = new() { Headers = [$"x-t:{template}"] } },
                new() { Replace = new() { Headers = [$"not-there:{template}"] } },
                new() { Replace = new() { Querystring = [$"not-there:{template}"] } },
                new() { Replace = new() { Uri = $"/{template}" } },
            ])
        {
            var exchange = new FakeExchange("GET", "/p?q=1");
            await _plugin.AccessAsync(exchange, config);
            exchange.Status.ShouldBe(500);
        }
    }

    [Theory]
    [InlineData("$(query_params.q)", 500)]
    [InlineData("$(headers.missing)", 500)]
    [InlineData("/$(query_params.q)", null)]
    public async Task Path_ThatIsNone_IsAnError(string template, int? status)
    {
        var exchange = new FakeExchange("GET", "/p?q=1");
        await _plugin.AccessAsync(exchange, new() { Replace = new() { Uri = template } });
        exchange.Answer?.Status.ShouldBe(status!.Value);
        (exchange.Answer is null).ShouldBe(status is null);
    }

    [Fact]
    public async Task EmptyValues_ChangeNothing()
    {
        var exchange = new FakeExchange("GET", "/p").With("There", "1");
        await _plugin.AccessAsync(exchange, new()
        {
            Replace = new() { Headers = ["there:"] },
            Add = new() { Headers = ["new:"] },
            Append = new() { Headers = ["there:"] },
        });
        exchange.RequestHeaders["there"].ToString().ShouldBe("1");
        exchange.RequestHeaders.ContainsKey("new").ShouldBeFalse();
    }

    [Theory]
    [InlineData("application/json", "{ \"a\" : 1 }", "{ \"a\" : 1 }")]
    [InlineData("application/json", "{ \"a\" : 1, \"there\": null }", "{\"a\":1,\"there\":\"r\"}")]
    [InlineData("text/x; application/json", "{ \"there\": 2 }", "{\"there\":\"r\"}")]
    [InlineData("application/x-www-form-urlencoded", "a=%61&b", "a=%61&b")]
    public async Task Body_InWhichNothingChanges_StaysAsItCame(string type, string body, string expected)
    {
        var exchange = new FakeExchange("POST").WithBody(type, body);
        await _plugin.AccessAsync(exchange, new() { Replace = new() { Body = ["there:r"] } });
        (await BodyAsync(exchange)).ShouldBe(expected);
    }

    [Fact]
    public async Task NullOfJson_IsThere_AndIsRenamed()
    {
        var exchange = new FakeExchange("POST").WithBody("application/json", "{\"a\":null,\"b\":null}");
        await _plugin.AccessAsync(exchange, new() { Rename = new() { Body = ["a:c"] }, Add = new() { Body = ["b:x", "d:y"] } });
        (await BodyAsync(exchange)).ShouldBe("{\"b\":null,\"c\":null,\"d\":\"y\"}");
    }

    [Fact]
    public async Task Changes_AreMadeInTheirOrder()
    {
        var exchange = new FakeExchange("GET", "/p?gone=1&old=2&there=3").With("Gone", "1").With("Old", "2").With("There", "3");
        var config = new RequestTransformerConfig
        {
            Remove = new() { Headers = ["gone"], Querystring = ["gone"] },
            Rename = new() { Headers = ["old:new"], Querystring = ["old:new"] },
            Replace = new() { Headers = ["there:r", "absent:r", "host:over.test"], Querystring = ["there:r", "absent:r"], Uri = "/other/$(query_params.old)" },
            Add = new() { Headers = ["there:a", "fresh:a", "host:not"], Querystring = ["there:a", "fresh:a b"] },
            Append = new() { Headers = ["new:z"], Querystring = ["new:z"] },
        };

        await _plugin.AccessAsync(exchange, config);

        exchange.RequestHeaders.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()).ShouldBe(
            new Dictionary<string, string> { ["there"] = "r", ["new"] = "2,z", ["fresh"] = "a" }, ignoreOrder: true);
        exchange.Query.ShouldBe("there=r&new=2&new=z&fresh=a%20b");
        exchange.UpstreamPath.ShouldBe("/other/2");
        exchange.UpstreamHost.ShouldBe("over.test");
    }

    [Fact]
    public async Task Parts_OfAForm_AreRenamedRemovedReplacedAndAdded()
    {
        const string Body = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n\u00ff\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"gone\"\r\n\r\n2\r\n--b--\r\n";
        var exchange = new FakeExchange("POST").WithBody("multipart/form-data; boundary=b", Body);
        var config = new RequestTransformerConfig
        {
            Rename = new() { Body = ["a:c"] },
            Remove = new() { Body = ["gone"] },
            Replace = new() { Body = ["c:3", "absent:4"] },
            Add = new() { Body = ["c:5", "d:6"] },
        };

        await _plugin.AccessAsync(exchange, config);

        (await BodyAsync(exchange)).ShouldBe(
            "--b\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n3\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n\u00ff\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"d\"\r\n\r\n6\r\n--b--\r\n");
    }

    [Theory]
    [InlineData("application/json", "[1]")]
    [InlineData("application/json", "{broken")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nno end")]
    [InlineData("text/plain", "a=1")]
    public async Task Body_ThatIsNotWhatItsTypeSays_StaysAsItIs(string type, string body)
    {
        var exchange = new FakeExchange("POST").WithBody(type, body);

        await _plugin.AccessAsync(exchange, new() { Add = new() { Body = ["x:y"] } });

        (await BodyAsync(exchange)).ShouldBe(body);
        exchange.Http.Request.ContentLength.ShouldBe(Encoding.UTF8.GetByteCount(body));
    }

    [Fact]
    public async Task MethodWithoutABody_TakesTheFormIntoTheQuery()
    {
        var exchange = new FakeExchange("POST", "/p?a=1").WithBody("application/x-www-form-urlencoded", "a=2&b=3");

        await _plugin.AccessAsync(exchange, new() { HttpMethod = "GET" });

        (exchange.Method, exchange.Query).ShouldBe(("GET", "a=1&a=2&b=3"));

        // What comes from the form is changed as the rest of the query is, and the body still as a body.
        exchange = new FakeExchange("POST", "/p?a=1").WithBody("application/x-www-form-urlencoded", "b=3");
        await _plugin.AccessAsync(exchange, new() { HttpMethod = "GET", Remove = new() { Querystring = ["b"] }, Add = new() { Body = ["c:4"] } });
        (exchange.Query, await BodyAsync(exchange)).ShouldBe(("a=1", "b=3&c=4"));
    }

    private static async Task<string> BodyAsync(FakeExchange exchange)
    {
        using var reader = new StreamReader(exchange.Http.Request.Body);
        return await reader.ReadToEndAsync();
    }
}
