#pragma warning disable CA5359 // The gateway's certificate is one that it made itself.
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Gateway.DataPlane.Tests.Upstreams.Http1;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Proxy;

public sealed class WebSocketTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_SmallAndLarge_PassBothWays(bool tls)
    {
        await using var upstream = await EchoAsync();
        await using var gateway = await StartAsync(upstream.Port);
        using var client = await ConnectAsync(gateway, tls);
        client.SubProtocol.ShouldBe("chat");
        upstream.Last.Target.ShouldBe("/room?a=1");
        upstream.Last.Headers["Connection"].ShouldBe("Upgrade");

        foreach (var length in new[] { 0, 1, 125, 126, 65_535, 65_536, 5 * 1024 * 1024 })
        {
            var message = new byte[length];
            new Random(length).NextBytes(message);
            var sending = client.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);
            var (type, answer) = await ReceiveAsync(client);
            await sending;
            type.ShouldBe(WebSocketMessageType.Binary);
            answer.AsSpan().SequenceEqual(message).ShouldBeTrue($"{length} bytes come back");
        }

        await client.CloseAsync((WebSocketCloseStatus)4001, "enough", CancellationToken.None).WaitAsync(Wait.Patience);
        (client.CloseStatus, client.CloseStatusDescription).ShouldBe(((WebSocketCloseStatus)4001, "enough"), "the upstream repeats what it was told");
    }

    [Fact]
    public async Task Close_ByTheUpstream_ReachesTheClientWithItsReason()
    {
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync("chat");
            await socket.SendAsync("bye"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
            await socket.CloseAsync((WebSocketCloseStatus)4002, "restart", CancellationToken.None);
        });
        await using var gateway = await StartAsync(upstream.Port);
        using var client = await ConnectAsync(gateway, tls: false);

        (await ReceiveAsync(client)).ShouldSatisfyAllConditions(m => m.Type.ShouldBe(WebSocketMessageType.Text), m => Encoding.UTF8.GetString(m.Message).ShouldBe("bye"));
        (await ReceiveAsync(client)).Type.ShouldBe(WebSocketMessageType.Close);
        (client.CloseStatus, client.CloseStatusDescription).ShouldBe(((WebSocketCloseStatus)4002, "restart"));
    }

    [Fact]
    public async Task Client_ThatGoesAway_TakesTheUpstreamsConnectionWithIt()
    {
        var gone = new TaskCompletionSource();
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync("chat");
            try
            {
                await socket.ReceiveAsync(new byte[10], CancellationToken.None);
            }
            catch (WebSocketException)
            {
                // Without a close frame.
            }

            gone.SetResult();
        });
        await using var gateway = await StartAsync(upstream.Port);
        var client = await ConnectAsync(gateway, tls: false);
        client.Abort();
        client.Dispose();
        await gone.Task.WaitAsync(Wait.Patience);
    }

    [Fact]
    public async Task Upstream_ThatDeclines_IsAnsweredAsItAnswers()
    {
        await using var upstream = await TestUpstream.StartAsync(http =>
        {
            http.Response.StatusCode = 403;
            return http.Response.WriteAsync("members only");
        });
        await using var gateway = await StartAsync(upstream.Port);
        var answer = await gateway.SendRawAsync(
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        answer.ShouldStartWith("HTTP/1.1 403");
        answer.ShouldContain("members only");
    }

    [Fact]
    public async Task Upgrade_ToOtherProtocols_StaysHere()
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection =>
        {
            seen.TrySetResult((await connection.ReadRequestAsync())!);
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
        });
        await using var gateway = await StartAsync(upstream.Port);
        (await gateway.SendRawAsync("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")).ShouldStartWith("HTTP/1.1 200");
        (await seen.Task).ShouldSatisfyAllConditions(r => r.ShouldNotContain("Upgrade", Case.Insensitive), r => r.ShouldNotContain("HTTP2-Settings", Case.Insensitive));
    }

    private static Task<TestUpstream> EchoAsync() => TestUpstream.StartAsync(async http =>
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync("chat");
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (received.MessageType is WebSocketMessageType.Close)
            {
                await socket.CloseAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }
    });

    private static Task<TestGateway> StartAsync(int port)
    {
        var service = Some.Service(port);
        return TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/ws")));
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestGateway gateway, bool tls)
    {
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol("chat");
        client.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        await client.ConnectAsync(new Uri(tls ? $"wss://localhost:{gateway.TlsPort}/ws/room?a=1" : $"ws://127.0.0.1:{gateway.Port}/ws/room?a=1"), CancellationToken.None).WaitAsync(Wait.Patience);
        return client;
    }

    private static async Task<(WebSocketMessageType Type, byte[] Message)> ReceiveAsync(ClientWebSocket client)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await client.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Wait.Patience);
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return (received.MessageType, message.ToArray());
            }
        }
    }
}
