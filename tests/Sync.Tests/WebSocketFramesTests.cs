using System.Security.Cryptography;
using System.Text;

namespace Gateway.Sync.Tests;

public class WebSocketFramesTests
{
    private const int Limit = 1 << 20;
    private static readonly CancellationToken _none = CancellationToken.None;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(Limit)]
    public async Task Message_AnyLength_ArrivesBothWays(int length)
    {
        var (client, server) = Pair();
        var payload = RandomNumberGenerator.GetBytes(length);

        await client.WriteAsync(WebSocketOpcode.Binary, payload, _none);
        await server.WriteAsync(WebSocketOpcode.Binary, payload, _none);

        (await server.ReadAsync(_none))!.Value.Payload.ToArray().ShouldBe(payload);
        (await client.ReadAsync(_none))!.Value.Payload.ToArray().ShouldBe(payload);
    }

    [Fact]
    public async Task Ping_WithPayload_KeepsIt()
    {
        var (client, server) = Pair();
        await client.WriteAsync(WebSocketOpcode.Ping, Encoding.ASCII.GetBytes(ConfigHashes.Zeros), _none);
        await server.WriteAsync(WebSocketOpcode.Pong, default, _none);

        var ping = (await server.ReadAsync(_none))!.Value;
        ping.Opcode.ShouldBe(WebSocketOpcode.Ping);
        Encoding.ASCII.GetString(ping.Payload.Span).ShouldBe(ConfigHashes.Zeros);
        (await client.ReadAsync(_none))!.Value.Opcode.ShouldBe(WebSocketOpcode.Pong);
    }

    [Fact]
    public async Task Fragments_WithAPingBetween_GiveThePingAndThenTheWholeMessage()
    {
        var (raw, stream) = Duplex.Create();
        var client = new WebSocketFrames(stream, isClient: true, Limit);
        await raw.WriteAsync(new byte[] { 0x02, 2, 1, 2, 0x89, 1, 7, 0x00, 1, 3, 0x80, 1, 4 });

        (await client.ReadAsync(_none))!.Value.Opcode.ShouldBe(WebSocketOpcode.Ping);
        var message = (await client.ReadAsync(_none))!.Value;
        message.Opcode.ShouldBe(WebSocketOpcode.Binary);
        message.Payload.ToArray().ShouldBe([1, 2, 3, 4]);
    }

    [Theory]
    [InlineData(new byte[] { 0x82, 0x7f, 0, 0, 0, 0, 0, 0x10, 0, 1 }, WebSocketCloseCode.MessageTooBig)] // one byte over the limit
    [InlineData(new byte[] { 0x82, 0x7f, 0xff, 0, 0, 0, 0, 0x10, 0, 1 }, WebSocketCloseCode.MessageTooBig)]
    [InlineData(new byte[] { 0x02, 1, 9, 0x80, 0x7f, 0, 0, 0, 0, 0, 0x10, 0, 0 }, WebSocketCloseCode.MessageTooBig)] // fragments together
    [InlineData(new byte[] { 0xc2, 0 }, WebSocketCloseCode.ProtocolError)] // a reserved bit
    [InlineData(new byte[] { 0x83, 0 }, WebSocketCloseCode.ProtocolError)] // an unknown opcode
    [InlineData(new byte[] { 0x82, 0x80, 0, 0, 0, 0 }, WebSocketCloseCode.ProtocolError)] // masked by a server
    [InlineData(new byte[] { 0x80, 0 }, WebSocketCloseCode.ProtocolError)] // a continuation of nothing
    [InlineData(new byte[] { 0x02, 1, 1, 0x82, 1, 1 }, WebSocketCloseCode.ProtocolError)] // a message within a message
    [InlineData(new byte[] { 0x09, 0 }, WebSocketCloseCode.ProtocolError)] // a fragmented ping
    [InlineData(new byte[] { 0x89, 126, 0, 126 }, WebSocketCloseCode.ProtocolError)] // a long ping
    public async Task Read_ForbiddenBytes_AreRefusedWithACloseCode(byte[] bytes, int code)
    {
        var (raw, stream) = Duplex.Create();
        var client = new WebSocketFrames(stream, isClient: true, Limit);
        await raw.WriteAsync(bytes);

        var refusal = await Should.ThrowAsync<WebSocketFrameException>(async () => await client.ReadAsync(_none));
        refusal.CloseCode.ShouldBe(code);
    }

    [Fact]
    public async Task Read_UnmaskedFrameFromAClient_IsRefused()
    {
        var (raw, stream) = Duplex.Create();
        var server = new WebSocketFrames(stream, isClient: false, Limit);
        await raw.WriteAsync(new byte[] { 0x82, 1, 1 });
        await Should.ThrowAsync<WebSocketFrameException>(async () => await server.ReadAsync(_none));
    }

    [Fact]
    public async Task Read_EndOfStream_IsNullBetweenFramesAndAnErrorWithin()
    {
        var (raw, stream) = Duplex.Create();
        await raw.DisposeAsync();
        (await new WebSocketFrames(stream, isClient: true, Limit).ReadAsync(_none)).ShouldBeNull();

        (raw, stream) = Duplex.Create();
        await raw.WriteAsync(new byte[] { 0x82, 5, 1 });
        await raw.DisposeAsync();
        await Should.ThrowAsync<EndOfStreamException>(async () => await new WebSocketFrames(stream, isClient: true, Limit).ReadAsync(_none));
    }

    [Fact]
    public async Task Write_OverTheLimit_IsRefusedBeforeAnythingIsSent()
    {
        var (client, server) = Pair();
        await Should.ThrowAsync<WebSocketFrameException>(async () => await client.WriteAsync(WebSocketOpcode.Binary, new byte[Limit + 1], _none));
        await client.WriteAsync(WebSocketOpcode.Ping, new byte[] { 1 }, _none);
        (await server.ReadAsync(_none))!.Value.Opcode.ShouldBe(WebSocketOpcode.Ping);
    }

    [Fact]
    public async Task Close_WithALongReason_IsCutAtACharacter()
    {
        var (client, server) = Pair();
        await client.CloseAsync(WebSocketCloseCode.PolicyViolation, new string('ü', 200), _none);

        var close = (await server.ReadAsync(_none))!.Value;
        var (code, reason) = WebSocketFrames.ReadClose(close.Payload.Span);
        code.ShouldBe(WebSocketCloseCode.PolicyViolation);
        reason.ShouldBe(new string('ü', 61));
    }

    [Fact]
    public async Task Handshake_RecordedKey_GetsTheRecordedAnswer()
    {
        WebSocketHandshake.Accept("0G6InBdA5dNByx6JtzcfGQ==").ShouldBe("69bReZuNbLUn0Y+oagjaVyGkhiE=");
        WebSocketHandshake.IsUpgrade("websocket", "13", "0G6InBdA5dNByx6JtzcfGQ==").ShouldBeTrue();
        WebSocketHandshake.IsUpgrade("websocket", "13", "short").ShouldBeFalse();
        WebSocketHandshake.IsUpgrade(null, "13", "0G6InBdA5dNByx6JtzcfGQ==").ShouldBeFalse();

        var (client, server) = Duplex.Create();
        var connecting = WebSocketHandshake.ConnectAsync(client, "cp:8005", "/v1/outlet?node_id=x", _none);
        var request = new byte[4096];
        var text = Encoding.ASCII.GetString(request, 0, await server.ReadAsync(request));
        text.ShouldStartWith("GET /v1/outlet?node_id=x HTTP/1.1\r\n");
        var key = text.Split("\r\n").Single(l => l.StartsWith("Sec-WebSocket-Key: ", StringComparison.Ordinal))[19..];
        await server.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: {WebSocketHandshake.Accept(key)}\r\n\r\n"));
        await server.WriteAsync(new byte[] { 0x8a, 0 });

        (await connecting).Accepted.ShouldBeTrue();
        (await new WebSocketFrames(client, true, Limit).ReadAsync(_none))!.Value.Opcode.ShouldBe(WebSocketOpcode.Pong);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", 400)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: wrong\r\n\r\n", 101)]
    [InlineData("", 0)]
    public async Task Handshake_OtherAnswer_IsNotAccepted(string answer, int status)
    {
        var (client, server) = Duplex.Create();
        var connecting = WebSocketHandshake.ConnectAsync(client, "cp", "/", _none);
        await server.WriteAsync(Encoding.ASCII.GetBytes(answer));
        await server.DisposeAsync();

        var result = await connecting;
        result.Accepted.ShouldBeFalse();
        result.Status.ShouldBe(status);
        result.Error.ShouldNotBeNull();
    }

    private static (WebSocketFrames Client, WebSocketFrames Server) Pair()
    {
        var (left, right) = Duplex.Create();
        return (new WebSocketFrames(left, isClient: true, Limit), new WebSocketFrames(right, isClient: false, Limit));
    }
}
