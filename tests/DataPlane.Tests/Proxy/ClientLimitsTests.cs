using System.Net;
using System.Net.Sockets;
using Gateway.Hosting;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Proxy;

/// <summary>How long clients may take, and how much of a connection they may have.</summary>
public sealed class ClientLimitsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Client_ThatReadsNothingOfItsAnswer_IsCutOff(int version)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            http.RequestAborted.Register(gone.SetResult);
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(new byte[64 * 1024]);
            }
        });
        var service = Some.Service(upstream.Port);
        await using var gateway = await StartAsync(
            Some.Config(service, Some.Route(service, "/") with { ResponseBuffering = false }), new() { Send = TimeSpan.FromMilliseconds(500) });
        using var client = new HttpClient();

        // The head has come; the rest fills the buffers on the way.
        using var answer = await client.SendAsync(Request(gateway, version), HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await gone.Task.WaitAsync(Wait.Patience);

        await Should.ThrowAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Client_ThatSendsNothingOfItsBody_IsAnswered408()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await StartAsync(Some.Config(service, Some.Route(service, "/")), new() { Body = TimeSpan.FromMilliseconds(200) });

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Port);
        await client.GetStream().WriteAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        (await reader.ReadLineAsync().WaitAsync(Wait.Patience)).ShouldNotBeNull().ShouldStartWith("HTTP/1.1 408 ");
        upstream.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Connection_ThatServedItsNumberOfRequests_IsClosedWithTheLastAnswer()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await StartAsync(Some.Config(service, Some.Route(service, "/")), new() { MaxRequests = 2 });

        var answers = await gateway.SendRawAsync(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 2)));
        answers.Split("HTTP/1.1 200 OK").Length.ShouldBe(3);
        answers.Split("Connection: close").Length.ShouldBe(2);
        answers.LastIndexOf("HTTP/1.1 200 OK", StringComparison.Ordinal).ShouldBeLessThan(answers.IndexOf("Connection: close", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connection_OfHttp2_ThatServedItsNumberOfRequests_IsFollowedByAnother()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await StartAsync(Some.Config(service, Some.Route(service, "/")), new() { MaxRequests = 2 });
        var connections = 0;
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });

        for (var i = 0; i < 5; i++)
        {
            using var answer = await client.SendAsync(Request(gateway, 2));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        connections.ShouldBeGreaterThan(1);
    }

    private static Task<TestGateway> StartAsync(Gateway.DataPlane.Config.ConfigEntities entities, Gateway.DataPlane.Proxy.ClientLimits limits) => TestGateway.StartAsync(
        entities, options: o => o with { Limits = limits, ProxyListeners = [new Listener(IPAddress.Loopback, 0, Http2: true), .. o.ProxyListeners.Skip(1)] });

    private static HttpRequestMessage Request(TestGateway gateway, int version) => new(HttpMethod.Get, $"http://127.0.0.1:{gateway.Port}/")
    {
        Version = new Version(version, version is 1 ? 1 : 0),
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
