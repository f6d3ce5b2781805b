using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.DataPlane.Proxy;
using Gateway.Entities;
using Gateway.Hosting;

namespace Gateway.DataPlane.Tests.Proxy;

public sealed class ProxyOptionsTests
{
    private static readonly TrustedProxies _loopback = new([IPNetwork.Parse("127.0.0.0/8")]);

    [Fact]
    public async Task Forwarded_FromATrustedProxy_IsBelievedAndPassedOn()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/strip")), options: o => o with { TrustedProxies = _loopback });

        await gateway.SendRawAsync(
            "GET /strip HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Real-IP: 3.3.3.3\r\nX-Forwarded-For: 2.2.2.2\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: Fwd.test\r\n"
            + "X-Forwarded-Port: 9999\r\nX-Forwarded-Path: /fwd\r\nX-Forwarded-Prefix: /pre\r\n\r\n");

        var seen = upstream.Last.Headers;
        seen["X-Real-IP"].ShouldBe("3.3.3.3");
        seen["X-Forwarded-For"].ShouldBe("2.2.2.2, 127.0.0.1");
        (seen["X-Forwarded-Proto"], seen["X-Forwarded-Host"], seen["X-Forwarded-Port"]).ShouldBe(("https", "Fwd.test", "9999"));
        (seen["X-Forwarded-Path"], seen["X-Forwarded-Prefix"]).ShouldBe(("/fwd", "/pre"));
    }

    [Fact]
    public async Task HttpsOnlyRoute_BehindATrustedTlsProxy_TakesTheRequest()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        var route = Some.Route(service, "/") with { Protocols = new HashSet<Protocol> { Protocol.Https }, HttpsRedirectStatusCode = 301 };
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, route), options: o => o with { TrustedProxies = _loopback });

        (await gateway.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-Proto: https\r\n\r\n")).ShouldStartWith("HTTP/1.1 200");
        var redirect = await gateway.SendRawAsync("GET /x%2fy/?z HTTP/1.1\r\nHost: a:80\r\nConnection: close\r\nX-Forwarded-Host: world.test\r\n\r\n");

        redirect.ShouldStartWith("HTTP/1.1 301");
        redirect.ShouldContain("Location: https://world.test/x%2fy/?z");
    }

    [Fact]
    public async Task PortMaps_TellUpstreamAndRouterThePortOfTheWorld()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        var port = Testing.FreePort.Next();
        await using var gateway = await TestGateway.StartAsync(
            Some.Config(service, Some.Route(service) with { Hosts = ["mapped.test:80"] }),
            options: o => o with
            {
                ProxyListeners = [new Listener(IPAddress.Loopback, port), new Listener(IPAddress.Loopback, 0, Tls: true)],
                PortMaps = new Dictionary<int, int> { [port] = 80 },
            });

        (await gateway.SendRawAsync("GET / HTTP/1.1\r\nHost: mapped.test\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 200");

        upstream.Last.Headers["X-Forwarded-Port"].ShouldBe("80");
    }

    [Theory]
    [InlineData(AnswerHeaders.None, "", "Server Via X-Kong-Request-Id X-Kong-Proxy-Latency X-Kong-Upstream-Latency")]
    [InlineData(AnswerHeaders.UpstreamStatus, "X-Kong-Upstream-Status: 200", "Server Via X-Kong-Request-Id")]
    [InlineData(AnswerHeaders.Via | AnswerHeaders.ProxyLatency, "Via X-Kong-Proxy-Latency", "Server X-Kong-Upstream-Latency")]
    public async Task Headers_AreThoseThatTheOptionNames(AnswerHeaders wanted, string there, string gone)
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")), options: o => o with { AnswerHeaders = wanted, RequestIdUpstream = false });

        var answer = await gateway.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        var own = await gateway.SendRawAsync("TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        there.Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(h => answer.Contains(h, StringComparison.Ordinal));
        gone.Split(' ').ShouldAllBe(h => !answer.Contains("\r\n" + h + ":", StringComparison.Ordinal));
        own.ShouldNotContain("Server:");
        upstream.Last.Headers.ShouldNotContainKey("X-Kong-Request-Id");
    }

    [Fact]
    public async Task Errors_HaveTheTextsOfTheTemplates()
    {
        await using var gateway = await TestGateway.StartAsync(Some.Config(Some.Service(1)), options: o => o with
        {
            ErrorTemplates = new Dictionary<string, string> { ["json"] = "{\"error\":\"%s\",\"100%%\":true,\"id\":\"%s\"}", ["html"] = "<b>sorry</b>", ["plain"] = "only: %s" },
            ErrorDefaultType = "text/html",
        });

        (await gateway.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).ShouldMatch("\\{\"error\":\"no Route matched with those values\",\"100%\":true,\"id\":\"[0-9a-f]{32}\"\\}$");
        (await gateway.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n")).ShouldEndWith("<b>sorry</b>");
        (await gateway.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\nConnection: close\r\n\r\n")).ShouldEndWith("only: no Route matched with those values");
        (await gateway.SendRawAsync("TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).ShouldEndWith("<b>sorry</b>");
    }

    [Fact]
    public async Task Method_InLowerCase_IsRefused()
    {
        await using var gateway = await TestGateway.StartAsync(Some.Config(Some.Service(1)));

        (await gateway.SendRawAsync("propfind / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 400");
    }

    [Theory]
    [InlineData("PROXY TCP4 5.5.5.5 10.0.0.9 4711 80\r\n", "5.5.5.5")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 4711 80\r\n", "2001:db8::1")]
    [InlineData("PROXY UNKNOWN\r\n", "127.0.0.1")]
    public async Task ProxyProtocol_VersionOne_TellsTheClient(string header, string client) => (await SeenAsync(Encoding.ASCII.GetBytes(header))).ShouldBe(client);

    [Fact]
    public async Task ProxyProtocol_VersionTwo_TellsTheClientAlsoInPieces()
    {
        var header = new byte[16 + 12 + 300];
        "\r\n\r\n\0\r\nQUIT\n"u8.CopyTo(header);
        (header[12], header[13]) = (0x21, 0x11);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), 12 + 300);
        new byte[] { 6, 6, 6, 6, 127, 0, 0, 1, 0x12, 0x34, 0, 80 }.CopyTo(header, 16);

        (await SeenAsync(header, pieces: 7)).ShouldBe("6.6.6.6");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PROXY TCP4 what ever 1 2\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIX\n")]
    public async Task ProxyProtocol_WithoutItsHeader_TheConnectionIsClosed(string start) => (await SeenAsync(Encoding.Latin1.GetBytes(start))).ShouldBeNull();

    private static async Task<string?> SeenAsync(byte[] header, int pieces = 1)
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")), options: o => o with
        {
            ProxyListeners = [new Listener(IPAddress.Loopback, 0, ProxyProtocol: true), new Listener(IPAddress.Loopback, 0, Tls: true)],
            TrustedProxies = new TrustedProxies([IPNetwork.Parse("127.0.0.1/32")], "proxy_protocol"),
        });
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
        var stream = socket.GetStream();
        try
        {
            foreach (var piece in header.Chunk((header.Length / pieces) + 1))
            {
                await stream.WriteAsync(piece);
            }

            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());
            using var reader = new StreamReader(stream);
            await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (IOException)
        {
            // It was closed while there was something to say.
        }

        return upstream.Seen.IsEmpty ? null : upstream.Last.Headers["X-Real-IP"];
    }
}
