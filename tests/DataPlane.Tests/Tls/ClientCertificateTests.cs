#pragma warning disable CA5359 // The gateway's certificate is one that it made itself.
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Tests.Config;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.DataPlane.Tls;
using Gateway.Hosting;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Tls;

/// <summary>Certificates that clients show.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestAuthority _root = TestAuthority.Create();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ClientCertificateMode.On, "known", 200, "SUCCESS")]
    [InlineData(ClientCertificateMode.On, "none", 400, "NONE")]
    [InlineData(ClientCertificateMode.On, "unknown", 400, "FAILED:unable to get local issuer certificate")]
    [InlineData(ClientCertificateMode.On, "expired", 400, "FAILED:certificate has expired or is not yet valid")]
    [InlineData(ClientCertificateMode.On, "deep", 400, "FAILED:certificate chain too long")]
    [InlineData(ClientCertificateMode.Optional, "known", 200, "SUCCESS")]
    [InlineData(ClientCertificateMode.Optional, "none", 200, "NONE")]
    [InlineData(ClientCertificateMode.Optional, "unknown", 400, "FAILED:unable to get local issuer certificate")]
    [InlineData(ClientCertificateMode.OptionalWithoutAuthority, "unknown", 200, "FAILED:unable to get local issuer certificate")]
    public async Task Certificate_IsJudgedAsNginxDoes_AndLogsTellOfIt(ClientCertificateMode mode, string shown, int status, string verification)
    {
        await using var upstream = await TestUpstream.StartAsync();
        var log = Path.Combine(_folder.Path, "log");
        await using var gateway = await StartAsync(upstream, mode, log);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = Client(Shown(shown));
            using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{gateway.TlsPort}/") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact });
            ((int)answer.StatusCode).ShouldBe(status);
            if (status is 400)
            {
                (await answer.Content.ReadAsStringAsync()).ShouldContain(shown is "none" ? "No required SSL certificate was sent" : "The SSL certificate error");
            }
        }

        (await gateway.Client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK, "cleartext has no certificates");
        await Wait.UntilAsync(() => File.Exists(log) && File.ReadAllLines(log).Length is 3, "three lines are written");
        (await File.ReadAllLinesAsync(log)).Take(2).Select(l => (string?)JsonNode.Parse(l)!["request"]!["tls"]!["client_verify"]).ShouldBe([verification, verification]);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Session_OfAListenerThatDoesNotAsk_DoesNotGoOnWhereOneIsAsked(string version)
    {
        await using var upstream = await TestUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, ClientCertificateMode.On);
        using var known = _root.Issue("known");
        var (certificate, key, session) = (Path.Combine(_folder.Path, "crt"), Path.Combine(_folder.Path, "key"), Path.Combine(_folder.Path, "session"));
        await File.WriteAllTextAsync(certificate, known.ExportCertificatePem());
        await File.WriteAllTextAsync(key, known.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

        // Both listeners show the same certificate.
        (await OpenSslClient.AskAsync(gateway.StatusPort, version, "-sess_out", session)).ShouldContain("New, TLS");
        (await OpenSslClient.AskAsync(gateway.StatusPort, version, "-sess_in", session)).ShouldContain("Reused, TLS");
        var crossed = await OpenSslClient.AskAsync(gateway.TlsPort, version, "-sess_in", session);
        crossed.ShouldContain("New, TLS");
        crossed.ShouldContain("No required SSL certificate was sent");

        // The other way: what a client has shown once is shown again for each connection.
        File.Delete(session);
        (await OpenSslClient.AskAsync(gateway.TlsPort, version, "-cert", certificate, "-key", key, "-sess_out", session)).ShouldContain("HTTP/1.1 200 OK");
        foreach (var port in File.Exists(session) ? new[] { gateway.StatusPort, gateway.TlsPort } : [])
        {
            (await OpenSslClient.AskAsync(port, version, "-sess_in", session)).ShouldContain("New, TLS");
        }
    }

    private Task<TestGateway> StartAsync(TestUpstream upstream, ClientCertificateMode mode, string? log = null)
    {
        var service = Some.Service(upstream.Port);
        return TestGateway.StartAsync(
            Some.Config(service, Some.Route(service, "/")) with { Plugins = log is null ? [] : [Some.Plugin("file-log", new JsonObject { ["path"] = log })] },
            options: o => o with
            {
                Tls = new TlsOptions { Clients = new ClientCertificateRules(mode, _root.Certificate.ExportCertificatePem(), depth: 1) },
                StatusListeners = [new Listener(IPAddress.Loopback, 0, Tls: true)],
            });
    }

    private X509Certificate2Collection? Shown(string kind)
    {
        var first = _root.Intermediate("First");
        return kind switch
        {
            "known" => [first.Issue("known"), .. first.Chain],
            "deep" => Deep(first.Intermediate("Second")),
            "unknown" => [TestAuthority.Create("Other").Issue("unknown")],
            "expired" => [_root.Issue("expired", null, DateTimeOffset.UtcNow.AddDays(-1))],
            _ => null,
        };
    }

    private static X509Certificate2Collection Deep(TestAuthority authority) => [authority.Issue("deep"), .. authority.Chain];

    private static HttpClient Client(X509Certificate2Collection? shown)
    {
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        if (shown is not null)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(shown[0], [.. shown.Skip(1)], offline: true);
        }

        return new HttpClient(handler);
    }
}
