using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.Entities;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Proxy;

public sealed class ErrorsTests
{
    [Fact]
    public async Task NoRoute_AnyAccept_Is404InItsForm()
    {
        await using var gateway = await TestGateway.StartAsync(ConfigEntities.Empty);

        using var json = await gateway.Client.GetAsync("/none");
        using var html = await SendAsync(gateway, "/none", "text/html");
        using var grpc = await SendAsync(gateway, "/none", "application/grpc");

        var id = json.Headers.GetValues("X-Kong-Request-Id").Single();
        json.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        json.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
        (await json.Content.ReadAsStringAsync()).ShouldBe("{\n  \"message\":\"no Route matched with those values\",\n  \"request_id\":\"" + id + "\"\n}");
        json.Headers.Server.ToString().ShouldBe("kong/3.10.0");
        json.Headers.Contains("X-Kong-Response-Latency").ShouldBeTrue();
        json.Headers.Contains("Via").ShouldBeFalse();
        (await html.Content.ReadAsStringAsync()).ShouldContain("<p>no Route matched with those values.</p>");
        (await grpc.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Upstream_ThatRefuses_Is502InPlainText()
    {
        var service = Some.Service(FreePort.Next());
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));

        using var answer = await gateway.Client.GetAsync("/");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=utf-8");
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("An invalid response was received from the upstream server\nrequest_id: ");
        answer.Headers.Via.ToString().ShouldBe("1.1 kong/3.10.0");
        answer.Headers.Contains("X-Kong-Upstream-Latency").ShouldBeTrue();
    }

    [Fact]
    public async Task Upstream_ThatNeverAnswers_Is504AfterTheTriesOfAnIdempotentRequest()
    {
        var calls = 0;
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            Interlocked.Increment(ref calls);
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var service = Some.Service(upstream.Port, retries: 2) with { ReadTimeout = 200 };
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));

        using var get = await gateway.Client.GetAsync("/");
        var afterGet = calls;
        using var post = await gateway.Client.PostAsync("/", new StringContent("x"));

        get.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await get.Content.ReadAsStringAsync()).ShouldStartWith("The upstream server is timing out\n");
        long.Parse(get.Headers.GetValues("X-Kong-Proxy-Latency").Single(), System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(390);
        afterGet.ShouldBe(3);
        post.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        calls.ShouldBe(4, "what was sent with POST is not sent again");
    }

    [Fact]
    public async Task NamesAndUpstreams_ThatLeadNowhere_Are503()
    {
        var nowhere = Some.Service(80, host: "nx.invalid");
        var empty = Some.Service(80, host: "empty.up");
        var disabled = Some.Service(80) with { Enabled = false };
        var upstream = new Upstream { Id = new(Some.Id()), Name = "empty.up" };
        await using var gateway = await TestGateway.StartAsync(new ConfigEntities
        {
            Services = [nowhere, empty, disabled],
            Upstreams = [upstream],
            Routes = [Some.Route(nowhere, "/nx"), Some.Route(empty, "/empty"), Some.Route(null, "/nosvc"), Some.Route(disabled, "/disabled")],
        });

        (await MessageAsync(gateway, "/nx", 503)).ShouldBe("name resolution failed");
        (await MessageAsync(gateway, "/empty", 503)).ShouldBe("failure to get a peer from the ring-balancer");
        (await MessageAsync(gateway, "/nosvc", 503)).ShouldBe("no Service found with those values");
        (await MessageAsync(gateway, "/disabled", 404)).ShouldBe("no Route matched with those values");
    }

    [Fact]
    public async Task HttpsOnlyRoute_OverCleartext_IsSentToHttps()
    {
        var service = Some.Service(1);
        var upgrade = Some.Route(service, "/u") with { Protocols = new HashSet<Protocol> { Protocol.Https } };
        var redirect = Some.Route(service, "/r") with { Protocols = new HashSet<Protocol> { Protocol.Https }, HttpsRedirectStatusCode = 301 };
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, upgrade, redirect));

        using var upgraded = await gateway.Client.GetAsync("/u");
        using var redirected = await gateway.Client.GetAsync("/r/a%2fb?c=d");

        ((int)upgraded.StatusCode).ShouldBe(426);
        (await upgraded.Content.ReadAsStringAsync()).ShouldContain("Please use HTTPS protocol");
        upgraded.Headers.GetValues("Upgrade").ShouldBe(["TLS/1.2", "HTTP/1.1"]);
        redirected.Headers.Location!.OriginalString.ShouldBe("https://127.0.0.1/r/a%2fb?c=d");
    }

    [Fact]
    public async Task Peer_ThatIsDown_IsSkippedByARetry()
    {
        await using var alive = await TestUpstream.StartAsync();
        var service = Some.Service(80, host: "u.test");
        var upstream = new Upstream { Id = new(Some.Id()), Name = "u.test" };
        await using var gateway = await TestGateway.StartAsync(new ConfigEntities
        {
            Services = [service],
            Upstreams = [upstream],
            Targets = [Target(upstream, FreePort.Next()), Target(upstream, alive.Port)],
            Routes = [Some.Route(service, "/")],
        });

        for (var i = 0; i < 10; i++)
        {
            using var answer = await gateway.Client.PostAsync("/", new StringContent("body " + i));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        alive.Seen.Count.ShouldBe(10);
    }

    [Fact]
    public async Task Upstream_ThatClosesAtOnce_IsAskedAgainForIdempotentMethodsOnly()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepted = 0;
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref accepted);
                await socket.GetStream().ReadAtLeastAsync(new byte[1000], 1, throwOnEndOfStream: false);
            }
        });
        var service = Some.Service(((IPEndPoint)listener.LocalEndpoint).Port, retries: 2);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/")));

        using var get = await gateway.Client.GetAsync("/");
        var afterGet = accepted;
        using var post = await gateway.Client.PostAsync("/", new StringContent("x"));

        get.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        post.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        // .NET's client itself repeats a request without a body when a connection ends before the first octet of an answer.
        afterGet.ShouldBeGreaterThanOrEqualTo(3);
        accepted.ShouldBe(afterGet + 1);
    }

    [Theory]
    [InlineData("TRACE /x HTTP/1.1", 405)]
    [InlineData("OPTIONS * HTTP/1.1", 400)]
    [InlineData("GET /a%zz HTTP/1.1", 400)]
    [InlineData("GET /../a HTTP/1.1", 400)]
    [InlineData("GET /a/%2e%2e/%2e%2e HTTP/1.1", 400)]
    public async Task Request_ThatNoRouteMaySee_IsRefused(string line, int status)
    {
        await using var gateway = await TestGateway.StartAsync(ConfigEntities.Empty);

        (await gateway.SendRawAsync(line + "\r\nHost: a\r\nConnection: close\r\n\r\n")).ShouldStartWith($"HTTP/1.1 {status}");
    }

    [Fact]
    public async Task Request_WhoseBodyHasTwoLengths_IsRefused()
    {
        await using var gateway = await TestGateway.StartAsync(ConfigEntities.Empty);

        (await gateway.SendRawAsync("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\nConnection: close\r\n\r\n0\r\n\r\n"))
            .ShouldStartWith("HTTP/1.1 400");
    }

    internal static Target Target(Upstream upstream, int port, int weight = 100) => new()
    {
        Id = new(Some.Id()),
        Upstream = upstream.Id,
        Address = $"127.0.0.1:{port}",
        Weight = weight,
    };

    private static async Task<string?> MessageAsync(TestGateway gateway, string path, int status)
    {
        using var answer = await gateway.Client.GetAsync(path);
        ((int)answer.StatusCode).ShouldBe(status);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"];
    }

    private static async Task<HttpResponseMessage> SendAsync(TestGateway gateway, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await gateway.Client.SendAsync(request);
    }
}
