using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Health;
using Gateway.Entities;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Upstreams.Health;

public sealed class ProbeTests
{
    private const byte Serving = 1;
    private const byte NotServing = 2;

    [Theory]
    [InlineData(Serving, "0", HealthEvent.Success, "SERVING")]
    [InlineData(NotServing, "0", HealthEvent.HttpFailure, "not SERVING")]
    [InlineData(Serving, "12", HealthEvent.HttpFailure, "gRPC status 12")]
    internal async Task Grpc_AHealthService_IsAskedInItsOwnLanguage(byte state, string status, HealthEvent expected, string detail)
    {
        string? path = null;
        await using var server = await StartAsync(HttpProtocols.Http2, null, async http =>
        {
            path = http.Request.Path;
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x08, state });
            http.Response.AppendTrailer("grpc-status", status);
        });

        var result = await AskAsync(server, new ActiveHealthcheck { Type = HealthcheckType.Grpc });

        path.ShouldBe("/grpc.health.v1.Health/Check");
        result.ShouldBe(new ProbeResult(expected, detail));
    }

    [Fact]
    public async Task Https_AnUnknownAuthority_FailsUnlessVerificationIsOff()
    {
        using var authority = TestAuthority.Create();
        using var certificate = authority.Issue("a.test", ["a.test"]);
        await using var server = await StartAsync(HttpProtocols.Http1, certificate, _ => Task.CompletedTask);
        var check = new ActiveHealthcheck { Type = HealthcheckType.Https };

        (await AskAsync(server, check)).ShouldBe(new ProbeResult(HealthEvent.TcpFailure, "TLS handshake failed"));
        (await AskAsync(server, check with { HttpsVerifyCertificate = false })).ShouldBe(new ProbeResult(HealthEvent.Success, "HTTP 200"));
    }

    private static async Task<ProbeResult> AskAsync(WebApplication server, ActiveHealthcheck check)
    {
        using var pools = new ConnectionPools(new KeepAliveOptions(), TimeProvider.System);
        // None of these is about time: a busy machine may take its own.
        var upstream = new Upstream { Name = "a.test", Healthchecks = new() { Active = check with { Timeout = 30, Healthy = new() { Interval = 1 } } } };
        var plan = UpstreamPlan.Of(upstream, []);
        var peer = new Peer("a.test", IPAddress.Loopback, new Uri(server.Urls.First()).Port, null);
        return await new Probe(upstream.Healthchecks.Active, plan.Health!.Active, pools.Of(plan.Probes!), TimeProvider.System).AskAsync(peer, CancellationToken.None);
    }

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols, X509Certificate2? certificate, RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
