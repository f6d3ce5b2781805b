using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.DataPlane.Config;
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
    public async Task Events_OfTheServer_ArriveOneByOne_OverBothVersions()
    {
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var goOn = new SemaphoreSlim(0);
            await using var upstream = await TestUpstream.StartAsync(async http =>
            {
                http.Response.ContentType = "text/event-stream";
                for (var i = 0; i < 3; i++)
                {
                    await http.Response.WriteAsync($"data: {i}\n\n");
                    await http.Response.Body.FlushAsync();
                    await goOn.WaitAsync(http.RequestAborted);
                }
            });
            var service = Some.Service(upstream.Port);
            await using var gateway = await TestGateway.StartAsync(
                Some.Config(service, Some.Route(service, "/")), options: o => o with { ProxyListeners = [o.ProxyListeners[0] with { Http2 = true }, o.ProxyListeners[1]] });

            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Headers = { { "Accept", "text/event-stream" } } };
            using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Testing.Wait.Patience);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            for (var i = 0; i < 3; i++)
            {
                (await reader.ReadLineAsync().WaitAsync(Testing.Wait.Patience)).ShouldBe($"data: {i}");
                (await reader.ReadLineAsync().WaitAsync(Testing.Wait.Patience)).ShouldBe("");
                goOn.Release();
            }

            (await reader.ReadLineAsync().WaitAsync(Testing.Wait.Patience)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Body_ThatAwaitsAWordFirst_IsAskedForAndPassed()
    {
        await using var upstream = await TestUpstream.StartAsync(http => http.Request.Body.CopyToAsync(http.Response.Body));
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));
        const string head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n";
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        using var reader = new StreamReader(stream, Encoding.Latin1);

        (await reader.ReadLineAsync().WaitAsync(Testing.Wait.Patience)).ShouldBe("HTTP/1.1 100 Continue");
        await stream.WriteAsync("body"u8.ToArray());

        var rest = await reader.ReadToEndAsync().WaitAsync(Testing.Wait.Patience);
        rest.ShouldStartWith("\r\nHTTP/1.1 200 OK");
        rest.ShouldContain("body");
        upstream.Last.Headers.ShouldNotContainKey("Expect");

        // What is refused is refused before the body is sent.
        gateway.Use(ConfigEntities.Empty);
        using var other = new TcpClient();
        await other.ConnectAsync(IPAddress.Loopback, gateway.Port);
        await other.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        using var refusal = new StreamReader(other.GetStream(), Encoding.Latin1);
        (await refusal.ReadLineAsync().WaitAsync(Testing.Wait.Patience)).ShouldBe("HTTP/1.1 404 Not Found");
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
