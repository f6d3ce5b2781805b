using System.Text;
using Gateway.PluginSdk.Testing;
using Gateway.Plugins.ResponseTransformer;

namespace Gateway.Plugins.Tests.ResponseTransformer;

public sealed class ResponseTransformerTests
{
    private readonly ResponseTransformerPlugin _plugin = new();

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("Application/JSON; charset=utf-8", true)]
    [InlineData("text/plain, application/json", true)]
    [InlineData("application/json-patch+json", false)]
    [InlineData("text/plain", false)]
    public async Task Body_OfJson_IsChanged(string type, bool isChanged) => (await ChangedAsync(type, "{\"a\":1}", new() { Add = new() { Json = ["b:2"] } }))
        .ShouldBe(isChanged ? "{\"a\":1,\"b\":\"2\"}" : "{\"a\":1}");

    [Fact]
    public async Task Value_ThatIsNotOfItsType_ChangesNothing() => (await ChangedAsync("application/json", "{\"a\":1}", new()
    {
        Replace = new() { Json = ["a:many"], JsonTypes = ["number"] },
        Add = new() { Json = ["b:few", "c:3"], JsonTypes = ["number", "number"] },
        Append = new() { Json = ["a:x"], JsonTypes = ["number"] },
    })).ShouldBe("{\"a\":1,\"c\":3}");

    [Fact]
    public void Header_WhoseValueIsLeftOut_ChangesNothing()
    {
        var exchange = new FakeExchange();
        exchange.ResponseHeaders["there"] = "1";
        _plugin.FilterHeaders(exchange, new() { Rename = new() { Headers = ["there:"] }, Replace = new() { Headers = ["there:"] }, Add = new() { Headers = ["new:"] }, Append = new() { Headers = ["there:"] } });
        exchange.ResponseHeaders["there"].ToString().ShouldBe("1");
        exchange.ResponseHeaders.ContainsKey("new").ShouldBeFalse();
    }

    private async Task<string> ChangedAsync(string type, string body, ResponseTransformerConfig config)
    {
        var exchange = new FakeExchange();
        exchange.Http.Response.ContentType = type;
        using var client = new MemoryStream();
        await using (var filtered = _plugin.FilterBody(exchange, config, client))
        {
            await filtered.WriteAsync(Encoding.UTF8.GetBytes(body));
        }

        return Encoding.UTF8.GetString(client.ToArray());
    }
}
