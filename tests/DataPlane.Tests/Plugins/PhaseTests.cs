#pragma warning disable CA5359 // The certificates are the tests' own.
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.DataPlane.Tests.Upstreams.Http1;
using Gateway.Plugins;
using Gateway.PluginSdk;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Plugins;

/// <summary>The phases that no bundled plugin takes part in yet.</summary>
public sealed class PhaseTests
{
    [Theory]
    [InlineData("nothing", 200, "hello", "200 200 5")]
    [InlineData("shout", 203, "HELLO!", "203 200 5")]
    [InlineData("empty", 200, "", "200 200 5")]
    public async Task Response_SeesTheWholeAnswer_AndChangesIt(string does, int status, string body, string then)
    {
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            http.Response.Headers["X-Upstream"] = "1";
            await http.Response.WriteAsync("hel");
            await http.Response.Body.FlushAsync();
            await http.Response.WriteAsync("lo");
        });
        await using var gateway = await StartAsync(upstream.Port, does);
        foreach (var version in new[] { "1.1", "2.0" })
        {
            using var answer = await AskAsync(gateway, version);
            ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((status, body));
            answer.Content.Headers.ContentLength.ShouldBe(body.Length);
            answer.Headers.GetValues("X-Then").ShouldBe([then]);
            answer.Headers.GetValues("X-Upstream").ShouldBe(["1"]);
            answer.Headers.Contains("X-Kong-Upstream-Latency").ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Response_ThatGivesAnother_LeavesNothingOfTheUpstreams()
    {
        await using var upstream = await TestUpstream.StartAsync(http =>
        {
            http.Response.Headers["X-Secret"] = "1";
            return http.Response.WriteAsync("secret");
        });
        await using var gateway = await StartAsync(upstream.Port, "hide");
        using var answer = await AskAsync(gateway, "1.1");
        ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()).ShouldBe((451, "{\"message\":\"hidden\"}"));
        answer.Headers.Contains("X-Secret").ShouldBeFalse();

        await using var broken = await StartAsync(upstream.Port, "break");
        using var failure = await AskAsync(broken, "1.1");
        failure.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await failure.Content.ReadAsStringAsync()).ShouldNotContain("secret");
        failure.Headers.Contains("X-Secret").ShouldBeFalse();
    }

    [Fact]
    public async Task Response_ThatBreaksOff_IsA502AndNotAPart()
    {
        await using var upstream = new RawUpstream(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nX-Upstream: 1\r\n\r\npart");
        });
        await using var gateway = await StartAsync(upstream.Port, "shout");
        using var answer = await AskAsync(gateway, "1.1");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        answer.Headers.Contains("X-Upstream").ShouldBeFalse();
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("part");
    }

    [Fact]
    public async Task Response_ToHead_KeepsTheLengthOfWhatIsNotSent()
    {
        await using var upstream = RawUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
        await using var gateway = await StartAsync(upstream.Port, "nothing");
        using var answer = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/"));
        (answer.StatusCode, answer.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, 100));
    }

    [Fact]
    public async Task Certificate_OfThePlugin_GoesBeforeTheConfiguredOne_AndAsksTheClient()
    {
        using var authority = TestAuthority.Create();
        using var own = authority.Issue("own.test");
        using var client = authority.Issue("client");
        TestPhases.Shown["own.test"] = SslStreamCertificateContext.Create(own, null, offline: true);
        await using var gateway = await TestGateway.StartAsync(
            new ConfigEntities { Plugins = [Some.Plugin("test-phases", new JsonObject { ["asks"] = "asks.test" })] }, options: o => o with { Plugins = Catalog });

        (await HandshakeAsync("own.test")).ShouldBe(("CN=own.test", false));
        (await HandshakeAsync("other.test")).Subject.ShouldStartWith("CN=localhost");
        (await HandshakeAsync("asks.test")).ShouldSatisfyAllConditions(h => h.Subject.ShouldStartWith("CN=localhost"), h => h.Shown.ShouldBeTrue());
        await Should.ThrowAsync<Exception>(() => HandshakeAsync("bug.test"));
        (await HandshakeAsync("own.test")).Subject.ShouldBe("CN=own.test");

        async Task<(string Subject, bool Shown)> HandshakeAsync(string name)
        {
            using var socket = new System.Net.Sockets.TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, gateway.TlsPort);
            await using var tls = new SslStream(socket.GetStream());
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = name,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => client,
                EnabledSslProtocols = SslProtocols.Tls12,
            });
            return (tls.RemoteCertificate!.Subject, tls.IsMutuallyAuthenticated);
        }
    }

    private static PluginCatalog Catalog { get; } = new(typeof(BundledPlugins).Assembly, typeof(TestPhases).Assembly);

    private static Task<TestGateway> StartAsync(int port, string does)
    {
        var service = Some.Service(port, retries: 0);
        return TestGateway.StartAsync(
            Some.Config(service, Some.Route(service, "/")) with { Plugins = [Some.Plugin("test-phases", new JsonObject { ["does"] = does })] },
            options: o => o with { Plugins = Catalog, ProxyListeners = [o.ProxyListeners[0] with { Http2 = true }, o.ProxyListeners[1]] });
    }

    private static Task<HttpResponseMessage> AskAsync(TestGateway gateway, string version) =>
        gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact });
}
