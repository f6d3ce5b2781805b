using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.DataPlane.Tests.Config;
using Gateway.Entities;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Proxy;

/// <summary><c>request_buffering</c> and what a body that was gathered can do that one on its way cannot.</summary>
public sealed class BufferingTests
{
    [Fact]
    public async Task Body_OfAGatheringRoute_ComesWhole_WithItsLength()
    {
        await using var upstream = await TestUpstream.StartAsync(Echo);
        var service = Some.Service(upstream.Port);
        using var folder = new TempFolder();
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")), options: o => o with { BodyFolder = folder.Path, BodyBuffer = 100 });
        using var client = await ConnectAsync(gateway);
        await SendAsync(client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n");

        // Nothing goes on before the end; a body above the limit leaves a file without a name.
        await SendAsync(client, "c8\r\n" + new string('x', 200) + "\r\n");
        upstream.Seen.ShouldBeEmpty();
        await SendAsync(client, "0\r\n\r\n");

        var answer = await ReadAsync(client);
        answer.ShouldContain("abc" + new string('x', 200));
        upstream.Last.Headers["Content-Length"].ShouldBe("203");
        upstream.Last.Headers.ShouldNotContainKey("Transfer-Encoding");
        Directory.GetFiles(folder.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(40_000)]
    [InlineData(3_000_000)]
    public async Task Body_OfAnySize_ComesAsItWasSent(int size)
    {
        await using var upstream = await TestUpstream.StartAsync(Echo);
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(
            Some.Config(service, Some.Route(service, "/on"), Some.Route(service, "/off") with { RequestBuffering = false }), options: o => o with { BodyBuffer = 100 });
        var body = new byte[size];
        new Random(size).NextBytes(body);

        foreach (var path in new[] { "/on", "/off", "/on" })
        {
            foreach (var chunked in new[] { false, true })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body), Headers = { TransferEncodingChunked = chunked } };
                using var answer = await gateway.Client.SendAsync(request);
                (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(body);
                upstream.Last.Headers.ContainsKey("Transfer-Encoding").ShouldBe(chunked && path is "/off");
                upstream.Last.Headers.GetValueOrDefault("Content-Length").ShouldBe(chunked && path is "/off" ? null : size.ToString(null, null));
            }
        }
    }

    [Fact]
    public async Task Body_OfAStreamingRoute_GoesOnAsItComes()
    {
        await using var upstream = await TestUpstream.StartAsync(Echo);
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/") with { RequestBuffering = false }));
        using var client = await ConnectAsync(gateway);
        await SendAsync(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nConnection: close\r\n\r\nabc");

        await Testing.Wait.UntilAsync(() => Task.FromResult(!upstream.Seen.IsEmpty), "the upstream hears of it");
        await SendAsync(client, "def");
        (await ReadAsync(client)).ShouldContain("abcdef");
    }

    [Fact]
    public async Task Upload_ThatBreaksOff_NeverReachesTheUpstream()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));
        using (var client = await ConnectAsync(gateway))
        {
            await SendAsync(client, "POST /broken HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + new string('x', 50_000));
            client.Client.Close(0);
        }

        (await gateway.Client.GetAsync("/next")).StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Seen.ShouldHaveSingleItem().Target.ShouldBe("/next");

        (await gateway.SendRawAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n")).ShouldStartWith("HTTP/1.1 400 ");
        upstream.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Body_ThatAwaitsAWordFirst_IsAskedForBeforeTheUpstreamHearsOfIt()
    {
        await using var upstream = await TestUpstream.StartAsync(Echo);
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));
        using var client = await ConnectAsync(gateway);
        await SendAsync(client, "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);

        (await reader.ReadLineAsync().WaitAsync(Testing.Wait.Patience)).ShouldBe("HTTP/1.1 100 Continue");
        upstream.Seen.ShouldBeEmpty();
        await SendAsync(client, "body");

        (await reader.ReadToEndAsync().WaitAsync(Testing.Wait.Patience)).ShouldContain("body");
    }

    [Theory]
    [InlineData("PUT", 200, 30_000)]
    [InlineData("PUT", 200, 10)]
    [InlineData("DELETE", 200, 10)]
    [InlineData("POST", 502, 10)]
    [InlineData("PATCH", 502, 30_000)]
    public async Task Body_ThatWasGathered_IsSentAgain_WhereTheMethodAllowsIt(string method, int status, int size)
    {
        // The first takes the request and hangs up, the second answers.
        using var breaking = new TcpListener(IPAddress.Loopback, 0);
        breaking.Start();
        var broken = Task.Run(async () =>
        {
            while (true)
            {
                using var taken = await breaking.AcceptSocketAsync();
                await taken.ReceiveAsync(new byte[100]);
            }
        });
        await using var good = await TestUpstream.StartAsync(Echo);
        var service = Some.Service(80, host: "both");
        var upstream = new Upstream { Id = new(Some.Id()), Name = "both" };
        var targets = new[] { ((IPEndPoint)breaking.LocalEndpoint).Port, good.Port }.Select(p => new Target { Id = new(Some.Id()), Upstream = upstream.Id, Address = $"127.0.0.1:{p}", Weight = 100 });
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")) with { Upstreams = [upstream], Targets = [.. targets] });
        var body = new string('x', size);

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(method), "/") { Content = new StringContent(body) };
            using var answer = await gateway.Client.SendAsync(request);
            if (status is 200)
            {
                ((int)answer.StatusCode).ShouldBe(200);
                (await answer.Content.ReadAsStringAsync()).ShouldBe(body);
            }
        }

        // Round robin: of two requests one met the one that hangs up.
        good.Seen.Count.ShouldBe(status is 200 ? 2 : 1);
        broken.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Body_AboveTheLimit_IsRefused()
    {
        await using var upstream = await TestUpstream.StartAsync(Echo);
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(
            Some.Config(service, Some.Route(service, "/"), Some.Route(service, "/off") with { RequestBuffering = false }), options: o => o with { Limits = o.Limits with { MaxBody = 10 } });

        foreach (var path in new[] { "/", "/off" })
        {
            (await gateway.SendRawAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nConnection: close\r\n\r\n0123456789")).ShouldStartWith("HTTP/1.1 200 ");
            var refused = await gateway.SendRawAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nConnection: close\r\nAccept: application/json\r\n\r\n");
            refused.ShouldStartWith("HTTP/1.1 413 ");
            refused.ShouldContain("\"message\":\"Payload too large\"");
            (await gateway.SendRawAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n")).ShouldStartWith("HTTP/1.1 413 ");
        }
    }

    [Theory]
    [InlineData(false, "1.1")]
    [InlineData(true, "1.1")]
    [InlineData(false, "2.0")]
    public async Task Answer_ForASlowClient_SetsTheUpstreamFree_WhereTheRouteBuffersAnswers(bool isChunked, string version)
    {
        const int size = 48 * 1024 * 1024;
        var finished = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            http.Response.ContentLength = isChunked ? null : size;
            var piece = new byte[64 * 1024];
            for (var sent = 0; sent < size; sent += piece.Length)
            {
                Array.Fill(piece, (byte)(sent / piece.Length));
                await http.Response.Body.WriteAsync(piece);
            }

            finished[http.Request.Query["on"].ToString()] = true;
        });
        var service = Some.Service(upstream.Port);
        using var folder = new TempFolder();
        await using var gateway = await TestGateway.StartAsync(
            Some.Config(service, Some.Route(service, "/on"), Some.Route(service, "/off") with { ResponseBuffering = false }),
            options: o => o with { BodyFolder = folder.Path, ProxyListeners = [o.ProxyListeners[0] with { Http2 = true }, o.ProxyListeners[1]] });
        using var on = await AskAsync("/on?on=yes");
        using var off = await AskAsync("/off?on=no");

        // Neither client reads; what lies in buffers on the way is far less than the answer.
        await Testing.Wait.UntilAsync(() => Task.FromResult(finished.ContainsKey("yes")), "the upstream is through");
        finished.ContainsKey("no").ShouldBeFalse();
        Directory.GetFiles(folder.Path).ShouldBeEmpty();
        await ReadAsync(on);
        await ReadAsync(off);
        finished.ContainsKey("no").ShouldBeTrue();

        async Task<HttpResponseMessage> AskAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            return await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }

        static async Task ReadAsync(HttpResponseMessage answer)
        {
            await using var body = await answer.Content.ReadAsStreamAsync();
            var piece = new byte[64 * 1024];
            for (var read = 0; read < size; read += piece.Length)
            {
                await body.ReadExactlyAsync(piece);
                piece.AsSpan().ContainsAnyExcept((byte)(read / piece.Length)).ShouldBeFalse();
            }

            (await body.ReadAsync(piece)).ShouldBe(0);
        }
    }

    [Fact]
    public async Task Refusal_OfABodyThatAwaitsAWord_EndsTheConnection()
    {
        await using var gateway = await TestGateway.StartAsync(Some.Config(Some.Service(1)));
        using var client = await ConnectAsync(gateway);
        await SendAsync(client, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n");
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        var head = new List<string?>();
        do
        {
            head.Add(await reader.ReadLineAsync().WaitAsync(Testing.Wait.Patience));
        }
        while (!string.IsNullOrEmpty(head[^1]));

        head[0].ShouldBe("HTTP/1.1 404 Not Found");
        head.ShouldContain("Connection: close");
    }

    private static async Task Echo(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        body.Position = 0;
        await body.CopyToAsync(http.Response.Body);
    }

    private static async Task<TcpClient> ConnectAsync(TestGateway gateway)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Port);
        return client;
    }

    private static Task SendAsync(TcpClient client, string text) => client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    private static async Task<string> ReadAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync().WaitAsync(Testing.Wait.Patience);
    }
}
