using System.Text;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Plugins.RequestTermination;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;

namespace Gateway.Plugins.Tests.RequestTermination;

public sealed class RequestTerminationTests
{
    private static readonly GatewayNode _node = new(Guid.NewGuid(), "host-1");
    private readonly RequestTerminationPlugin _plugin = new(_node);

    [Theory]
    [InlineData(503, null, """{"message":"Service unavailable"}""")]
    [InlineData(401, null, """{"message":"Unauthorized"}""")]
    [InlineData(418, null, "{}")]
    [InlineData(403, "go away", """{"message":"go away"}""")]
    public async Task Access_StatusAndMessage_AreAnsweredAsJson(int status, string? message, string body)
    {
        var exchange = new FakeExchange();

        await _plugin.AccessAsync(exchange, new RequestTerminationConfig { StatusCode = status, Message = message });

        var answer = exchange.Answer.ShouldBeOfType<Answer.Content>();
        answer.Status.ShouldBe(status);
        answer.ContentType.ShouldBe("application/json; charset=utf-8");
        Encoding.UTF8.GetString(answer.Body.Span).ShouldBe(body);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/x-own")]
    public async Task Access_Body_IsAnsweredAsItStands(string? type)
    {
        var exchange = new FakeExchange();

        await _plugin.AccessAsync(exchange, new RequestTerminationConfig { Body = "{\"a\":1}", ContentType = type });

        var answer = exchange.Answer.ShouldBeOfType<Answer.Content>();
        answer.ContentType.ShouldBe(type);
        Encoding.UTF8.GetString(answer.Body.Span).ShouldBe("{\"a\":1}");
    }

    [Theory]
    [InlineData("/", null, false)]
    [InlineData("/?other=1", null, false)]
    [InlineData("/?x-t=1", null, true)]
    [InlineData("/?a&x-t", null, true)]
    [InlineData("/?x%2Dt=", null, true)]
    [InlineData("/?X-T=1", null, false)]
    [InlineData("/", "X-T", true)]
    public async Task Access_Trigger_DecidesByHeaderOrQuery(string target, string? header, bool answered)
    {
        var exchange = new FakeExchange(target: target);
        if (header is not null)
        {
            exchange.With(header, "1");
        }

        await _plugin.AccessAsync(exchange, new RequestTerminationConfig { Trigger = "x-t" });

        (exchange.Answer is not null).ShouldBe(answered);
    }

    [Fact]
    public async Task Access_Echo_TellsTheRequestAndWhatItMatched()
    {
        var service = new Service { Id = new(Guid.NewGuid()), Name = "s", Host = "a.test" };
        var route = new Route { Id = new(Guid.NewGuid()), Name = "r", Paths = ["/x"], Service = service.Id };
        var exchange = new FakeExchange("POST", "/x?a=1&a=2&b=%20&c").On(route, service).With("X-One", "1").With("X-Two", "1", "2").WithBody("application/json", "{\"k\":[1]}");
        exchange.Http.Request.Host = new("h.test", 8000);

        await _plugin.AccessAsync(exchange, new RequestTerminationConfig { Echo = true, Trigger = "a", Message = "hi" });

        var echo = JsonNode.Parse(exchange.Answer.ShouldBeOfType<Answer.Content>().Body.Span)!;
        ((string?)echo["message"]).ShouldBe("hi");
        ((string?)echo["kong"]!["node_id"]).ShouldBe(_node.Id.ToString());
        ((string?)echo["kong"]!["hostname"]).ShouldBe("host-1");
        var request = echo["request"]!;
        ((string?)request["method"]).ShouldBe("POST");
        ((string?)request["path"]).ShouldBe("/x");
        ((string?)request["host"]).ShouldBe("h.test");
        ((string?)request["raw_body"]).ShouldBe("{\"k\":[1]}");
        request["body"]!.ToJsonString().ShouldBe("{\"k\":[1]}");
        request["query"]!.ToJsonString().ShouldBe("""{"a":["1","2"],"b":" ","c":true}""");
        ((string?)request["headers"]!["x-one"]).ShouldBe("1");
        request["headers"]!["x-two"]!.AsArray().Count.ShouldBe(2);
        ((string?)echo["matched_route"]!["name"]).ShouldBe("r");
        ((string?)echo["matched_service"]!["host"]).ShouldBe("a.test");
    }
}
