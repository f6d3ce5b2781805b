using System.Net;
using Gateway.Entities;

namespace Gateway.DataPlane.Tests.Proxy;

public sealed class HeadersTests
{
    [Fact]
    public async Task Request_OverStrippedRoute_CarriesTheForwardingHeaders()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port, "/base");
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/strip")));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/strip/a?b=c") { Headers = { Host = "Orig.test:1234" } };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "1.1.1.1");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("X-Kong-Request-Id", "mine");
        request.Headers.TryAddWithoutValidation("Via", "1.1 foo");
        request.Headers.TryAddWithoutValidation("X-Multi", ["1", "2"]);
        request.Headers.TryAddWithoutValidation("X-Empty", "");

        using var answer = await gateway.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        upstream.Last.Target.ShouldBe("/base/a?b=c");
        var seen = upstream.Last.Headers;
        seen["Host"].ShouldBe($"127.0.0.1:{upstream.Port}");
        seen["X-Forwarded-For"].ShouldBe("1.1.1.1, 127.0.0.1");
        seen["X-Real-IP"].ShouldBe("127.0.0.1");
        seen["X-Forwarded-Proto"].ShouldBe("http");
        seen["X-Forwarded-Host"].ShouldBe("orig.test");
        seen["X-Forwarded-Port"].ShouldBe(gateway.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        seen["X-Forwarded-Path"].ShouldBe("/strip/a");
        seen["X-Forwarded-Prefix"].ShouldBe("/strip");
        seen["Via"].ShouldBe("1.1 foo, 1.1 kong/3.10.0");
        seen["X-Kong-Request-Id"].ShouldMatch("^[0-9a-f]{32}$");
        seen["X-Multi"].ShouldBe("1, 2");
        seen["X-Empty"].ShouldBe("");
        answer.Headers.GetValues("X-Kong-Request-Id").ShouldBe([seen["X-Kong-Request-Id"]]);
        answer.Headers.Via.ToString().ShouldBe("1.1 kong/3.10.0");
        answer.Headers.Server.ToString().ShouldBe("kong/3.10.0");
        answer.Headers.Contains("X-Kong-Upstream-Latency").ShouldBeTrue();
        answer.Headers.Contains("X-Kong-Proxy-Latency").ShouldBeTrue();
        answer.Headers.Contains("X-Kong-Response-Latency").ShouldBeFalse();
    }

    [Fact]
    public async Task Request_WithHopByHopHeaders_LosesThem()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));

        await gateway.SendRawAsync(
            "GET /x HTTP/1.0\r\nHost: a\r\nConnection: X-Drop, TE\r\nX-Drop: 1\r\nKeep-Alive: 5\r\nTE: gzip, trailers\r\nProxy-Connection: keep-alive\r\n"
            + "Upgrade: h2c\r\nProxy: x\r\nProxy-Authorization: x\r\nContent-Type: text/plain\r\nund_er: 1\r\nX-Utf8: \u00c3\u00a9\r\n\r\n");

        var seen = upstream.Last.Headers;
        foreach (var gone in new[] { "X-Drop", "Keep-Alive", "Proxy-Connection", "Proxy", "Upgrade" })
        {
            seen.ShouldNotContainKey(gone);
        }

        seen["TE"].ShouldBe("trailers");
        seen["Proxy-Authorization"].ShouldBe("x");
        seen["Content-Type"].ShouldBe("text/plain");
        seen["und_er"].ShouldBe("1");
        seen["X-Utf8"].ShouldBe("é");
    }

    [Fact]
    public async Task Request_ForwardedTwice_KeepsEveryHop()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));

        await gateway.SendRawAsync("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n\r\n");

        upstream.Last.Headers["X-Forwarded-For"].ShouldBe("1.1.1.1, 2.2.2.2, 127.0.0.1");
    }

    [Fact]
    public async Task Request_PreservingHost_CarriesTheClientsHost()
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/") with { PreserveHost = true }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "Foo.Test:99" } };

        using var answer = await gateway.Client.SendAsync(request);

        upstream.Last.Headers["Host"].ShouldBe("Foo.Test:99");
        upstream.Last.Headers.ShouldNotContainKey("X-Forwarded-Prefix");
    }

    [Fact]
    public async Task Answer_OfTheUpstream_PassesThroughWithoutItsConnectionHeaders()
    {
        await using var upstream = await TestUpstream.StartAsync(http =>
        {
            http.Response.StatusCode = 418;
            http.Response.Headers.Server = "foo";
            http.Response.Headers.Via = "1.0 bar";
            http.Response.Headers.SetCookie = new(["a=b", "c=d"]);
            http.Response.Headers["X-Kong-Request-Id"] = "up";
            http.Response.Headers["Date"] = "Thu, 01 Jan 1970 00:00:00 GMT";
            http.Response.Headers["X-Kong-Proxy-Latency"] = "5";
            return Task.CompletedTask;
        });
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/") with { Name = "r" }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Kong-Debug", "1" } } };

        using var answer = await gateway.Client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(418);
        answer.Headers.Server.ToString().ShouldBe("foo");
        answer.Headers.Via.ToString().ShouldBe("1.0 bar, 1.1 kong/3.10.0");
        answer.Headers.GetValues("Set-Cookie").ShouldBe(["a=b", "c=d"]);
        answer.Headers.GetValues("X-Kong-Request-Id").Single().Length.ShouldBe(32);
        answer.Headers.GetValues("X-Kong-Proxy-Latency").Count().ShouldBe(1);
        answer.Headers.Date!.Value.Year.ShouldBe(1970);
        answer.Headers.GetValues("Kong-Route-Name").ShouldBe(["r"]);
    }
}
