using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Proxy;

public sealed class StreamingTests
{
    [Fact]
    public async Task Answer_InPieces_ReachesTheClientPieceByPiece()
    {
        var goOn = new TaskCompletionSource();
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            await http.Response.WriteAsync("one");
            await http.Response.Body.FlushAsync();
            await goOn.Task;
            await http.Response.WriteAsync("two");
        });
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));

        using var answer = await gateway.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[10];
        var first = await body.ReadAsync(buffer).AsTask().WaitAsync(Testing.Wait.Patience);
        Encoding.ASCII.GetString(buffer, 0, first).ShouldBe("one");
        goOn.SetResult();
        using var reader = new StreamReader(body);
        (await reader.ReadToEndAsync()).ShouldBe("two");
    }

    [Fact]
    public async Task WebSocket_ThroughTheGateway_Echoes()
    {
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[1024];
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType is WebSocketMessageType.Close)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
            }
        });
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/ws")));
        using var client = new ClientWebSocket();

        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.Port}/ws/room"), CancellationToken.None);
        await client.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, CancellationToken.None);
        var answer = new byte[100];
        var result = await client.ReceiveAsync(answer, CancellationToken.None).WaitAsync(Testing.Wait.Patience);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        Encoding.UTF8.GetString(answer, 0, result.Count).ShouldBe("hello");
        upstream.Last.Target.ShouldBe("/room");
    }

    [Fact]
    public async Task Swap_UnderLoad_FailsNoRequest()
    {
        await using var one = await TestUpstream.StartAsync();
        await using var two = await TestUpstream.StartAsync();
        var service = Some.Service(one.Port);
        var route = Some.Route(service, "/a");
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, route));
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var answered = 0;
            while (!stop.IsCancellationRequested)
            {
                using var answer = await gateway.Client.GetAsync("/a");
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                answered++;
            }

            return answered;
        })).ToArray();

        // On a busy machine two hundred swaps may be over before the first request is on its way.
        var swaps = 0;
        await Testing.Wait.UntilAsync(
            () =>
            {
                for (var i = 0; i < 20; i++, swaps++)
                {
                    gateway.Use(Some.Config(service with { Port = swaps % 2 is 0 ? two.Port : one.Port }, route, Some.Route(service, $"/b{swaps}")));
                }

                gateway.Use(Some.Config(service with { Port = swaps / 20 % 2 is 0 ? two.Port : one.Port }, route));
                return Task.FromResult(swaps >= 200 && !two.Seen.IsEmpty && !one.Seen.IsEmpty);
            },
            "both upstreams are asked");
        await stop.CancelAsync();
        (await Task.WhenAll(clients)).Sum().ShouldBeGreaterThan(0);
    }
}
