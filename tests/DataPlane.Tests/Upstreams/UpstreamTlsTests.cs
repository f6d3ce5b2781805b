using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Schema;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Upstreams;

public sealed class UpstreamTlsTests : IAsyncLifetime
{
    private readonly TestAuthority _root = TestAuthority.Create();
    private readonly List<X509Certificate2> _made = [];
    private TestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await TestGateway.StartAsync();

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _made.ForEach(c => c.Dispose());
        _root.Dispose();
    }

    [Fact]
    public async Task Verify_AnAuthorityOfTheService_IsTheOneThatCounts()
    {
        await using var upstream = await StartAsync(Issue(_root, "shop.test"));
        var (known, other) = (Ca(_root), Ca(TestAuthority.Create("Other")));

        (await AskAsync(upstream, s => s with { TlsVerify = true, CaCertificates = [known.Id.Value] }, known, other)).ShouldBe((HttpStatusCode.OK, "shop.test"));
        (await AskAsync(upstream, s => s with { TlsVerify = true, CaCertificates = [other.Id.Value] }, known, other)).Status.ShouldBe(HttpStatusCode.BadGateway);
        (await AskAsync(upstream, s => s with { TlsVerify = true }, known, other)).Status.ShouldBe(HttpStatusCode.BadGateway, "the system does not know the authority");
        (await AskAsync(upstream, s => s)).Status.ShouldBe(HttpStatusCode.OK, "nothing is verified unless the service says so");
    }

    [Fact]
    public async Task Verify_WithoutAuthoritiesOfTheService_TakesThoseOfTheNode()
    {
        await using var upstream = await StartAsync(Issue(_root, "shop.test"));
        await using var trusting = await TestGateway.StartAsync(options: o => o with { TrustedAuthorities = _root.Certificate.ExportCertificatePem() });
        await _gateway.DisposeAsync();
        _gateway = trusting;
        var other = Ca(TestAuthority.Create("Other"));
        (await AskAsync(upstream, s => s with { TlsVerify = true })).ShouldBe((HttpStatusCode.OK, "shop.test"));
        (await AskAsync(upstream, s => s with { TlsVerify = true, CaCertificates = [other.Id.Value] }, other)).Status.ShouldBe(HttpStatusCode.BadGateway, "the service's own count alone");
    }

    [Fact]
    public async Task Verify_AnotherName_IsNotTheUpstream()
    {
        await using var upstream = await StartAsync(Issue(_root, "other.test"));
        var known = Ca(_root);
        (await AskAsync(upstream, s => s with { TlsVerify = true, CaCertificates = [known.Id.Value] }, known)).Status.ShouldBe(HttpStatusCode.BadGateway);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.BadGateway)]
    [InlineData(1, HttpStatusCode.BadGateway)]
    [InlineData(null, HttpStatusCode.BadGateway)]
    [InlineData(2, HttpStatusCode.OK)]
    public async Task VerifyDepth_ALongerChain_IsRefused(int? depth, HttpStatusCode expected)
    {
        using var first = _root.Intermediate("First");
        using var second = first.Intermediate("Second");
        await using var upstream = await StartAsync(Issue(second, "shop.test"), [.. second.Chain]);
        var known = Ca(_root);
        (await AskAsync(upstream, s => s with { TlsVerify = true, TlsVerifyDepth = depth, CaCertificates = [known.Id.Value] }, known)).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task ClientCertificate_OfTheServiceThenOfTheUpstream_IsShown()
    {
        await using var upstream = await StartAsync(Issue(_root, "shop.test"));
        var (ofService, ofUpstream) = (Pair("of-service"), Pair("of-upstream"));

        (await AskAsync(upstream, s => s with { ClientCertificate = ofService.Id }, certificates: [ofService, ofUpstream], clientCertificate: ofUpstream.Id)).Client.ShouldBe("CN=of-service");
        (await AskAsync(upstream, s => s, certificates: [ofService, ofUpstream], clientCertificate: ofUpstream.Id)).Client.ShouldBe("CN=of-upstream");
        (await AskAsync(upstream, s => s, [], null)).Client.ShouldBe("none");
    }

    private Task<(HttpStatusCode Status, string Name)> AskAsync(WebApplication upstream, Func<Service, Service> service, params CaCertificate[] authorities) =>
        AskAsync(upstream, service, authorities, [], null).ContinueWith(t => (t.Result.Status, t.Result.Name), TaskScheduler.Default);

    private Task<(HttpStatusCode Status, string Name, string Client)> AskAsync(
        WebApplication upstream, Func<Service, Service> service, Certificate[] certificates, Id<Certificate>? clientCertificate) => AskAsync(upstream, service, [], certificates, clientCertificate);

    private async Task<(HttpStatusCode Status, string Name, string Client)> AskAsync(
        WebApplication upstream, Func<Service, Service> service, CaCertificate[] authorities, Certificate[] certificates, Id<Certificate>? clientCertificate)
    {
        var entity = new Upstream { Id = new(Some.Id()), Name = "shops.test", HostHeader = "shop.test", ClientCertificate = clientCertificate };
        var to = service(Some.Service(443, host: "shops.test", retries: 0) with { Protocol = Protocol.Https });
        _gateway.Use(Some.Config(to, Some.Route(to, "/")) with
        {
            Upstreams = [entity],
            Targets = [new Target { Id = new(Some.Id()), Upstream = entity.Id, Address = $"127.0.0.1:{new Uri(upstream.Urls.First()).Port}" }],
            CaCertificates = authorities,
            Certificates = certificates,
        });
        using var answer = await _gateway.Client.GetAsync("/");
        var told = answer.IsSuccessStatusCode ? (await answer.Content.ReadAsStringAsync()).Split('|') : ["", ""];
        return (answer.StatusCode, told[0], told[1]);
    }

    /// <summary>An upstream over TLS that tells the name it was asked for and the certificate it was shown.</summary>
    private static async Task<WebApplication> StartAsync(X509Certificate2 certificate, X509Certificate2[]? chain = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ServerCertificateChain = chain is null ? null : [.. chain];

            // Without a choice to make the server does not look at the name.
            https.ServerCertificateSelector = chain is null ? (_, _) => certificate : null;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        var app = builder.Build();
        app.Run(http => http.Response.WriteAsync($"{http.Features.Get<ITlsHandshakeFeature>()!.HostName}|{http.Connection.ClientCertificate?.Subject ?? "none"}"));
        await app.StartAsync();
        return app;
    }

    private X509Certificate2 Issue(TestAuthority authority, string name)
    {
        var certificate = authority.Issue(name, [name]);
        _made.Add(certificate);
        return certificate;
    }

    private static CaCertificate Ca(TestAuthority authority) => new() { Id = new(Some.Id()), Cert = authority.Certificate.ExportCertificatePem() };

    private Certificate Pair(string name)
    {
        var certificate = Issue(_root, name);
        return new Certificate { Id = new(Some.Id()), Cert = certificate.ExportCertificatePem(), Key = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() };
    }
}
