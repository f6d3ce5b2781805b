using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.DataPlane.Upstreams;
using Gateway.Entities;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Upstreams.Http1;

/// <summary>What goes out to upstreams, when it is sent again, and when it is given up.</summary>
public sealed class Http1RequestTests : IAsyncLifetime
{
    private const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Request_IsWrittenFromTheRawTarget_InOnePiece()
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection =>
        {
            seen.TrySetResult((await connection.ReadRequestAsync())!);
            await connection.SendAsync(Good);
        });
        Route(upstream);
        await _gateway.SendRawAsync("GET /a%2fb;c?q=%2F&r=[1] HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Two: 1\r\nX-Two: 2\r\nCookie: a=1\r\nContent-Length: 0\r\n\r\n");
        var request = await seen.Task.WaitAsync(Wait.Patience);
        request.ShouldStartWith("GET /a%2Fb;c?q=%2F&r=[1] HTTP/1.1\r\nHost: ");
        request.Split("\r\n").Where(l => l.StartsWith("X-Two", StringComparison.Ordinal)).ShouldBe(["X-Two: 1", "X-Two: 2"]);
        request.Split("\r\n").Count(l => l.StartsWith("Content-Length", StringComparison.Ordinal)).ShouldBe(1);
        request.ShouldContain("\r\nConnection: keep-alive\r\n");
        request.ShouldNotContain("Transfer-Encoding");
    }

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\nhello world", "Content-Length: 11", "\r\n\r\nhello world")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "Transfer-Encoding: chunked", "\r\n0\r\n\r\n")]
    [InlineData("\r\n", "Content-Length: 0", "\r\n\r\n")]
    public async Task Body_HasOneFraming(string rest, string framing, string end)
    {
        var seen = new TaskCompletionSource<string>();
        await using var upstream = new RawUpstream(async connection =>
        {
            seen.TrySetResult((await connection.ReadRequestAsync())!);
            await connection.SendAsync(Good);
        });
        Route(upstream);
        (await _gateway.SendRawAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + rest)).ShouldEndWith("good");
        var request = await seen.Task.WaitAsync(Wait.Patience);
        request.ShouldContain("\r\n" + framing + "\r\n");
        request.ShouldEndWith(end);
        request.Split("\r\n").Count(l => l.StartsWith("Content-Length", StringComparison.Ordinal) || l.StartsWith("Transfer-Encoding", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Body_ThatTheClientBreaks_IsA400_AndNoWholeRequestUpstream()
    {
        var ended = new TaskCompletionSource<bool>();
        await using var upstream = new RawUpstream(async connection =>
        {
            ended.TrySetResult(await connection.ReadRequestAsync() is null);
        });
        Route(upstream);
        (await _gateway.SendRawAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n")).ShouldStartWith("HTTP/1.1 400 ");
        (await ended.Task.WaitAsync(Wait.Patience)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("GET", HttpStatusCode.OK)]
    [InlineData("DELETE", HttpStatusCode.OK)]
    [InlineData("POST", HttpStatusCode.BadGateway)]
    public async Task KeptConnection_ThatClosesUnderARequest_IsReplaced_UnlessTheMethodForbidsIt(string method, HttpStatusCode expected)
    {
        var seen = 0;
        await using var upstream = new RawUpstream(async connection =>
        {
            for (var i = 1; await connection.ReadRequestAsync() is { } request; i++)
            {
                if (!request.StartsWith("OPTIONS", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref seen);
                }

                if (connection.Number is 1 && i is 2)
                {
                    return;
                }

                await connection.SendAsync(Good);
            }
        });

        // Without retries of the service: the connection's end says nothing about the upstream.
        Route(upstream);
        await AskAsync("OPTIONS");
        (await AskAsync(method)).ShouldBe(expected);
        seen.ShouldBe(expected is HttpStatusCode.OK ? 2 : 1);
        upstream.Connections.ShouldBe(expected is HttpStatusCode.OK ? 2 : 1);
    }

    [Fact]
    public async Task Upstream_ThatAnswersBeforeTheBodyIsThere_IsHeard()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nlarge");
            await connection.ClosedAsync();
        });
        Route(upstream);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _gateway.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nonly a part"u8.ToArray());
        var (text, buffer) = (string.Empty, new byte[4096]);
        while (!text.EndsWith("large", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(Wait.Patience);
            read.ShouldBeGreaterThan(0, text);
            text += Encoding.Latin1.GetString(buffer, 0, read);
        }

        text.ShouldStartWith("HTTP/1.1 413 ");
    }

    [Fact]
    public async Task Client_ThatGoesAway_TakesTheUpstreamsConnectionWithIt()
    {
        var (asked, closed) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadRequestAsync();
            asked.SetResult();
            await connection.ClosedAsync();
            closed.SetResult();
        });
        Route(upstream);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, _gateway.Port);
            await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            await asked.Task.WaitAsync(Wait.Patience);
        }

        await closed.Task.WaitAsync(Wait.Patience);
    }

    [Fact]
    public async Task ReadTimeout_BeforeTheAnswer_IsA504_AndWithinItTheEnd()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            var request = await connection.ReadRequestAsync();
            await connection.SendAsync(request!.StartsWith("GET /part", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart" : "HTTP/1.1 200");
            await connection.ClosedAsync();
        });
        Route(upstream, s => s with { ReadTimeout = 150 });
        (await AskAsync("POST")).ShouldBe(HttpStatusCode.GatewayTimeout);
        await Should.ThrowAsync<HttpRequestException>(async () => await _gateway.Client.GetStringAsync("/part"));
    }

    [Fact]
    public async Task WriteTimeout_CountsWhileTheUpstreamTakesNothing()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadHeadAsync();
            await Task.Delay(Timeout.Infinite, connection.Stop);
        });
        Route(upstream, s => s with { WriteTimeout = 150 });
        using var body = new ByteArrayContent(new byte[32 << 20]);
        using var answer = await _gateway.Client.PostAsync("/", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
    }

    [Fact]
    public async Task KeepAlive_HasItsLimits()
    {
        await using var upstream = RawUpstream.Answering(Good);
        await using var limited = await TestGateway.StartAsync(options: o => o with { KeepAlive = new KeepAliveOptions { MaxRequests = 2 } });
        await using var none = await TestGateway.StartAsync(options: o => o with { KeepAlive = new KeepAliveOptions { PoolSize = 0 } });
        var service = Some.Service(upstream.Port, retries: 0);
        foreach (var (gateway, connections) in new[] { (limited, 2), (none, 6) })
        {
            gateway.Use(Some.Config(service, Some.Route(service, "/")));
            for (var i = 0; i < 4; i++)
            {
                (await gateway.Client.GetStringAsync("/")).ShouldBe("good");
            }

            upstream.Connections.ShouldBe(connections);
        }
    }

    private async Task<HttpStatusCode> AskAsync(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        using var answer = await _gateway.Client.SendAsync(request);
        return answer.StatusCode;
    }

    private void Route(RawUpstream upstream, Func<Service, Service>? change = null)
    {
        var service = Some.Service(upstream.Port, retries: 0);
        service = change?.Invoke(service) ?? service;

        // What the client sends goes on as it comes.
        _gateway.Use(Some.Config(service, Some.Route(service, "/") with { RequestBuffering = false }));
    }
}
