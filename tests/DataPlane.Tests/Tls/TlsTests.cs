#pragma warning disable CA5359 // The certificates under test are self-signed.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;

namespace Gateway.DataPlane.Tests.Tls;

public sealed class TlsTests
{
    [Fact]
    public async Task Handshake_ByServerName_ShowsTheCertificateOfTheConfigurationInUse()
    {
        var (exact, wildcard) = (Make("exact"), Make("wildcard"));
        await using var gateway = await TestGateway.StartAsync(new ConfigEntities
        {
            Certificates = [exact, wildcard],
            Snis = [Sni("a.example.com", exact), Sni("*.example.com", wildcard), Sni("right.*", exact)],
        });

        (await SubjectAsync(gateway, "a.example.com")).ShouldBe("CN=exact");
        (await SubjectAsync(gateway, "A.Example.COM")).ShouldBe("CN=exact");
        (await SubjectAsync(gateway, "b.example.com")).ShouldBe("CN=wildcard");
        (await SubjectAsync(gateway, "right.test")).ShouldBe("CN=exact");
        (await SubjectAsync(gateway, "other.test")).ShouldStartWith("CN=localhost");
        (await SubjectAsync(gateway, "")).ShouldStartWith("CN=localhost");

        gateway.Use(new ConfigEntities { Certificates = [wildcard], Snis = [Sni("*", wildcard)] });
        (await SubjectAsync(gateway, "a.example.com")).ShouldBe("CN=wildcard");
        (await SubjectAsync(gateway, "")).ShouldBe("CN=wildcard");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Request_OverTls_IsProxiedAndRoutedByServerName(string version)
    {
        await using var upstream = await TestUpstream.StartAsync();
        var service = Some.Service(upstream.Port);
        var https = new HashSet<Protocol> { Protocol.Https };
        await using var gateway = await TestGateway.StartAsync(Some.Config(
            service, Some.Route(service, "/") with { Snis = new HashSet<string> { "localhost" }, Protocols = https, Name = "local" }, Some.Route(service, "/") with { Name = "any" }));
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{gateway.TlsPort}/x")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { { "Kong-Debug", "1" } },
        };

        using var answer = await client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Version.ShouldBe(Version.Parse(version));
        answer.Headers.GetValues("Kong-Route-Name").ShouldBe(["local"]);
        upstream.Last.Headers["X-Forwarded-Proto"].ShouldBe("https");
        upstream.Last.Headers["Via"].ShouldBe(version is "2.0" ? "2 kong/3.10.0" : "1.1 kong/3.10.0");
    }

    private static async Task<string> SubjectAsync(TestGateway gateway, string serverName)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.TlsPort);
        await using var tls = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = serverName });
        return tls.RemoteCertificate!.Subject;
    }

    private static Sni Sni(string name, Certificate certificate) => new() { Id = new(Some.Id()), Name = name, Certificate = certificate.Id };

    private static Certificate Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new Certificate { Id = new(Some.Id()), Cert = certificate.ExportCertificatePem(), Key = key.ExportPkcs8PrivateKeyPem() };
    }
}
