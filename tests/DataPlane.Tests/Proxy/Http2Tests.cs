using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.DataPlane.Proxy;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Tests.Proxy;

/// <summary>A cleartext listener with the flag <c>http2</c>, and HTTP/2 over TLS.</summary>
public sealed class Http2Tests
{
    [Fact]
    public async Task Listener_WithoutTls_SpeaksBothVersions()
    {
        await using var upstream = await TestUpstream.StartAsync(http => http.Response.WriteAsync(http.Request.Headers.Via.ToString()));
        await using var gateway = await StartAsync(upstream.Port);
        using var client = new HttpClient();
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            for (var i = 0; i < 3; i++)
            {
                using var answer = await client.SendAsync(Request(gateway.Port, version));
                (answer.StatusCode, answer.Version).ShouldBe((HttpStatusCode.OK, version));
                (await answer.Content.ReadAsStringAsync()).ShouldStartWith(version.Major is 2 ? "2 kong/" : "1.1 kong/");
            }
        }

        // Octet by octet, and what only looks like the preface in the beginning.
        (await SendAsync(gateway.Port, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 200 OK");
        (await SendAsync(gateway.Port, "PROPFIND /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 200 OK");
        (await SendAsync(gateway.Port, "PRI * HTTP/2.1\r\n")).ShouldStartWith("HTTP/1.1 ");
        (await SendAsync(gateway.Port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).ShouldStartWith("\0\0", customMessage: "settings of HTTP/2");
    }

    [Fact]
    public async Task Listener_WithoutTheFlag_DoesNotSpeakHttp2()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));
        using var client = new HttpClient();
        await Should.ThrowAsync<HttpRequestException>(() => client.SendAsync(Request(gateway.Port, HttpVersion.Version20)));
    }

    [Fact]
    public async Task Listener_WhoseServerCannotTellThemApart_SpeaksHttp11AndTheLogSaysSo()
    {
        await using var upstream = await TestUpstream.StartAsync();
        using var log = new TestLog();
        using var loggers = log.Factory();
        await using var gateway = await StartAsync(upstream.Port, services => services.AddSingleton(new PriorKnowledge(loggers.CreateLogger<PriorKnowledge>(), "Not.There.Any.More")));
        using var client = new HttpClient();

        using var answer = await client.SendAsync(Request(gateway.Port, HttpVersion.Version11));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<HttpRequestException>(() => client.SendAsync(Request(gateway.Port, HttpVersion.Version20)));
        log.Lines.ShouldHaveSingleItem().ShouldContain("HTTP/2 without TLS is not spoken on 127.0.0.1:0, only HTTP/1.1");
    }

    [Fact]
    public async Task Trailers_OfTheUpstream_ReachClientsOfHttp2()
    {
        await using var raw = new Upstreams.Http1.RawUpstream(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 42\r\nContent-Length: 1\r\n\r\n");
        });
        await using var gateway = await StartAsync(raw.Port);
        using var client = new HttpClient();

        using var answer = await client.SendAsync(Request(gateway.Port, HttpVersion.Version20));

        (await answer.Content.ReadAsStringAsync()).ShouldBe("body");
        answer.TrailingHeaders.GetValues("X-Sum").ShouldBe(["42"]);
        answer.TrailingHeaders.Contains("Content-Length").ShouldBeFalse();
    }

    [Fact]
    public async Task Streams_OfOneConnection_GoToTheUpstreamAtTheSameTime()
    {
        var (all, waiting) = (new TaskCompletionSource(), 0);
        await using var upstream = await TestUpstream.StartAsync(http =>
        {
            if (Interlocked.Increment(ref waiting) is 20)
            {
                all.SetResult();
            }

            return all.Task;
        });
        await using var gateway = await StartAsync(upstream.Port);
        using var client = new HttpClient();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.SendAsync(Request(gateway.Port, HttpVersion.Version20)))).WaitAsync(Wait.Patience);
        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
    }

    private static Task<TestGateway> StartAsync(int port, Action<IServiceCollection>? services = null)
    {
        var service = Some.Service(port);
        return TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")), services, options: o => o with { ProxyListeners = [o.ProxyListeners[0] with { Http2 = true }, o.ProxyListeners[1]] });
    }

    private static HttpRequestMessage Request(int port, Version version) =>
        new(HttpMethod.Get, $"http://127.0.0.1:{port}/x") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private static async Task<string> SendAsync(int port, string octets)
    {
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = socket.GetStream();
        foreach (var octet in Encoding.ASCII.GetBytes(octets))
        {
            await stream.WriteAsync(new[] { octet });
        }

        var buffer = new byte[1024];
        var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(Wait.Patience);
        return Encoding.Latin1.GetString(buffer, 0, read);
    }
}
