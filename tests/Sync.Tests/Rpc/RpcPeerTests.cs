using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Sync.Rpc;
using Gateway.Testing;

namespace Gateway.Sync.Tests.Rpc;

/// <summary>One end of the calls, and at the other a test that says anything.</summary>
public sealed class RpcPeerTests : IAsyncDisposable
{
    private const int Limit = 1 << 20;

    private readonly WebSocketFrames _other;
    private readonly WebSocketFrames _frames;
    private readonly CancellationTokenSource _ending = new();
    private readonly RpcPeer _peer;
    private readonly Task<string> _running;
    private readonly List<string> _noted = [];

    public RpcPeerTests()
    {
        var (left, right) = Duplex.Create();
        _frames = new WebSocketFrames(left, isClient: false, Limit);
        _other = new WebSocketFrames(right, isClient: true, Limit);
        var handlers = new Dictionary<string, RpcHandler>
        {
            ["test.v1.echo"] = (arguments, _) => ValueTask.FromResult(RpcReply.Of(Encoding.UTF8.GetBytes(arguments[0].GetRawText()))),
            ["test.v1.note"] = (arguments, _) => Note(arguments[0].GetString()!),
            ["test.v1.refuse"] = (_, _) => ValueTask.FromResult<RpcReply>(RpcError.Refused("not today")),
            ["test.v1.break"] = (_, _) => throw new InvalidDataException("bug"),
            ["test.v1.large"] = (_, _) => ValueTask.FromResult(RpcReply.Of(PackedJson.Of("\"large\""u8))),
        };
        _peer = new RpcPeer(_frames, handlers, ["other.v1"], Limit, TimeProvider.System);
        _running = _peer.RunAsync(_ending.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
        await _frames.DisposeAsync();
        await _other.DisposeAsync();
        _ending.Dispose();
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"test.v1.echo","id":7,"params":[{"a":1}]}""", """{"jsonrpc":"2.0","id":7,"result":{"a":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"test.v1.large","id":8,"params":[]}""", """{"jsonrpc":"2.0","id":8,"result":"large"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"test.v1.refuse","id":1,"params":[]}""", """{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"not today"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"test.v1.break","id":1,"params":[]}""", """{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"none","id":1,"params":[]}""", """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"test.v1.echo","id":1,"params":{}}""", """{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", """{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"Invalid Request"}}""")]
    [InlineData("""{"jsonrpc":"1.0","method":"test.v1.echo","id":1,"params":[1]}""", """{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"Invalid Request"}}""")]
    [InlineData(
        """[{"jsonrpc":"2.0","method":"test.v1.large","id":3,"params":[]},4]""",
        """[{"jsonrpc":"2.0","id":3,"result":"large"},{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"}}]""")]
    [InlineData("17", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"}}""")]
    [InlineData("[]", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"empty batch array"}}""")]
    [InlineData("{", """{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"}}""")]
    [InlineData(
        """[{"jsonrpc":"2.0","method":"test.v1.echo","id":1,"params":["x"]},{"jsonrpc":"2.0","method":"test.v1.note","params":["y"]},{"jsonrpc":"2.0","method":"none","id":2,"params":[]}]""",
        """[{"jsonrpc":"2.0","id":1,"result":"x"},{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"Method not found"}}]""")]
    public async Task Message_IsAnsweredAsTheProtocolSays(string message, string answer)
    {
        await SendAsync(message);
        JsonNode.DeepEquals(JsonNode.Parse(await ReceiveAsync()), JsonNode.Parse(answer)).ShouldBeTrue();
    }

    [Fact]
    public async Task Notification_IsCarriedOutAndNotAnswered()
    {
        await SendAsync("""{"jsonrpc":"2.0","method":"test.v1.note","params":["quiet"]}""");
        await SendAsync("""{"jsonrpc":"2.0","method":"none","params":[]}""");
        await SendAsync("""{"jsonrpc":"2.0","method":"test.v1.echo","id":1,"params":["loud"]}""");
        (await ReceiveAsync()).ShouldContain("loud");
        _noted.ShouldBe(["quiet"]);
    }

    [Fact]
    public async Task Call_GetsItsOwnAnswer_InWhateverOrderTheyCome()
    {
        var first = _peer.CallAsync("other.v1.a", json => json.WriteNumberValue(1), default);
        var second = _peer.CallAsync("other.v1.b", json => json.WriteNumberValue(2), default);
        var asked = new[] { JsonNode.Parse(await ReceiveAsync())!, JsonNode.Parse(await ReceiveAsync())! }.ToDictionary(m => (string)m["method"]!);
        asked.Values.Select(m => (int)m["id"]!).Order().ShouldBe([0, 1]);
        asked["other.v1.a"]["params"]!.ToJsonString().ShouldBe("[1]");

        await SendAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{asked["other.v1.b"]["id"]},\"error\":{{\"code\":-32000,\"message\":\"no\"}}}}");
        await SendAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{asked["other.v1.a"]["id"]},\"result\":true}}");
        (await first).Result.ValueKind.ShouldBe(JsonValueKind.True);
        (await second).Error.ShouldBe(new RpcError(-32000, "no"));
    }

    [Fact]
    public async Task Call_OfWhatTheOtherDoesNotOffer_IsNotSent()
    {
        (await _peer.CallAsync("else.v1.x", static _ => { }, default)).Error!.Message.ShouldBe("requested capability does not exist, capability: else.v1");
    }

    [Fact]
    public async Task Call_OpenWhenTheConnectionEnds_Fails()
    {
        var call = _peer.CallAsync("other.v1.a", static _ => { }, default, TimeSpan.FromMinutes(5));
        await ReceiveAsync();
        await _other.CloseAsync(WebSocketCloseCode.GoingAway, "bye", default);
        (await call).Error!.Message.ShouldBe("the connection is lost");
        (await _running).ShouldContain("bye");
    }

    [Fact]
    public async Task Text_EndsTheConnection()
    {
        await _other.WriteAsync(WebSocketOpcode.Text, "{}"u8.ToArray(), default);
        (await Should.ThrowAsync<WebSocketFrameException>(_running)).CloseCode.ShouldBe(WebSocketCloseCode.PolicyViolation);
    }

    [Fact]
    public async Task Ping_IsAnsweredByAnEmptyPong()
    {
        await _other.WriteAsync(WebSocketOpcode.Ping, default, default);
        var frame = (await _other.ReadAsync(default)).ShouldNotBeNull();
        (frame.Opcode, frame.Payload.Length).ShouldBe((WebSocketOpcode.Pong, 0));
    }

    private ValueTask<RpcReply> Note(string text)
    {
        _noted.Add(text);
        return ValueTask.FromResult(RpcReply.True);
    }

    private ValueTask SendAsync(string message) => _other.WriteAsync(WebSocketOpcode.Binary, SnappyBlock.Pack(Encoding.UTF8.GetBytes(message)), default);

    private async Task<string> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Wait.Patience);
        var frame = (await _other.ReadAsync(patience.Token)).ShouldNotBeNull();
        frame.Opcode.ShouldBe(WebSocketOpcode.Binary);
        return Encoding.UTF8.GetString(SnappyBlock.Unpack(frame.Payload.Span, Limit).ShouldNotBeNull());
    }
}
