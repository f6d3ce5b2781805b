using System.Net;
using Gateway.DataPlane.Tests.Proxy;

namespace Gateway.DataPlane.Tests.Upstreams.Http1;

/// <summary>Answers of upstreams that are odd, broken or hostile, through the whole gateway.</summary>
public sealed class Http1AnswerTests : IAsyncLifetime
{
    private const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A: b\r\n\r\nhello world", "hello world")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n", "hello world")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi", "hi")]
    public async Task Answer_ByteByByte_IsTheSame_AndTheConnectionServesOn(string answer, string body)
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                await connection.SendSlowlyAsync(answer);
            }
        });
        Route(upstream);
        for (var i = 0; i < 2; i++)
        {
            using var got = await _gateway.Client.GetAsync("/");
            got.StatusCode.ShouldBe(HttpStatusCode.OK);
            got.Headers.GetValues("X-A").ShouldBe(["b"]);
            got.Headers.Contains("Link").ShouldBeFalse();
            (await got.Content.ReadAsStringAsync()).ShouldBe(body);
        }

        upstream.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 0\r\n\r\ngood")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData("HTTP/1.1 2OO OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9\r\n\r\n")]
    [InlineData("<html>\n\n")]
    public async Task Head_ThatIsNoHttp_IsA502_AndTheConnectionIsNotUsedAgain(string answer)
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                await connection.SendAsync(connection.Number is 1 ? answer : Good);
            }
        });
        Route(upstream);
        (await _gateway.Client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await _gateway.Client.GetStringAsync("/")).ShouldBe("good");
        upstream.Connections.ShouldBe(2);
    }

    [Theory]
    [InlineData("200 Fine With Me", "HTTP/1.1 200 Fine With Me\r\n")]
    [InlineData("500 Internal Server Error", "HTTP/1.1 500 Internal Server Error\r\n")]
    [InlineData("299 Odd", "HTTP/1.1 299 Odd\r\n")]
    [InlineData("404", "HTTP/1.1 404 Not Found\r\n")]
    public async Task Reason_BehindTheStatus_IsTheUpstreams(string status, string line)
    {
        await using var upstream = RawUpstream.Answering($"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nhi");
        Route(upstream);
        (await _gateway.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).ShouldStartWith(line);
    }

    [Fact]
    public async Task Head_WithoutEnd_IsA502()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"X-Header-{i}: {new string('x', 40)}\r\n")));
        Route(upstream);
        (await _gateway.Client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task Head_OfSixtyKilobytes_Passes()
    {
        await using var upstream = RawUpstream.Answering($"HTTP/1.1 200 OK\r\nX-Large: {new string('x', 60_000)}\r\nContent-Length: 2\r\n\r\nhi");
        Route(upstream);
        for (var i = 0; i < 2; i++)
        {
            using var client = new HttpClient(new SocketsHttpHandler { MaxResponseHeadersLength = 128 });
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{_gateway.Port}/"));
            answer.Headers.GetValues("X-Large").Single().Length.ShouldBe(60_000);
        }

        upstream.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Interim_WithoutEnd_IsA502()
    {
        await using var upstream = RawUpstream.Answering(string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 50)));
        Route(upstream);
        (await _gateway.Client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ngood")]
    public async Task Connection_WithMoreThanTheAnswer_OrToBeClosed_IsNotUsedAgain(string answer)
    {
        await using var upstream = RawUpstream.Answering(answer);
        Route(upstream);
        for (var i = 1; i <= 3; i++)
        {
            (await _gateway.Client.GetStringAsync("/")).ShouldBe("good");
            upstream.Connections.ShouldBe(i);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\npart", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n0\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npartXX0\r\n\r\n", false)]
    public async Task Answer_ThatBreaksOff_IsNotTakenForAWholeOne(string answer, bool reset)
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(answer);
            if (reset)
            {
                connection.Reset();
            }
        });
        Route(upstream);
        await Should.ThrowAsync<HttpRequestException>(async () => await _gateway.Client.GetStringAsync("/"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n")]
    public async Task Answer_WithoutLength_EndsWithItsConnection(string head)
    {
        var body = new string('x', 100_000);
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(head + body);
        });
        Route(upstream);
        for (var i = 1; i <= 2; i++)
        {
            (await _gateway.Client.GetStringAsync("/")).ShouldBe(body);
            upstream.Connections.ShouldBe(i);
        }
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", 200)]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200)]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", 204)]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", 204)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\nETag: \"a\"\r\n\r\n", 304)]
    [InlineData("GET", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", 205)]
    public async Task Answer_WithoutBody_DoesNotWaitForOne(string method, string answer, int status)
    {
        await using var upstream = RawUpstream.Answering(answer);
        Route(upstream);
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/");
            using var got = await _gateway.Client.SendAsync(request);
            ((int)got.StatusCode).ShouldBe(status);
            (await got.Content.ReadAsStringAsync()).ShouldBe("");
        }

        upstream.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Headers_ThatConnectionNames_AndThoseForProxies_StayBehind()
    {
        await using var upstream = RawUpstream.Answering(
            "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nX-Accel-Redirect: /secret\r\nContent-Type: text/plain\r\nSet-Cookie: a=\u00e9\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n");
        Route(upstream);
        var answer = await _gateway.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        foreach (var gone in new[] { "X-Hop", "Keep-Alive", "X-Accel-Redirect" })
        {
            answer.ShouldNotContain(gone);
        }

        answer.ShouldContain("\r\nContent-Type: text/plain; charset=UTF-8\r\n");
        answer.ShouldContain("\r\nSet-Cookie: a=\u00e9\r\nSet-Cookie: b=2\r\n");
    }

    private void Route(RawUpstream upstream)
    {
        var service = Some.Service(upstream.Port, retries: 0);
        _gateway.Use(Some.Config(service, Some.Route(service, "/")));
    }
}
