#pragma warning disable CA5359 // The certificates under test are not known to the system.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Streams;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Streams;

public sealed class TlsStreamTests : IDisposable
{
    private readonly TestAuthority _root = TestAuthority.Create();
    private readonly List<IDisposable> _made = [];

    public void Dispose()
    {
        _made.ForEach(d => d.Dispose());
        _root.Dispose();
    }

    [Fact]
    public async Task Tls_OfTheClient_EndsHere_WithTheCertificateOfItsServerName()
    {
        using var plain = new TcpUpstream();
        var service = StreamGateway.Service(plain.Port);
        var certificate = Entity("db.example.org");
        await using var gateway = await StreamGateway.StartAsync(
            Some.Config(service, StreamGateway.Route(service) with { Protocols = Set(Protocol.Tls), Snis = new HashSet<string> { "db.example.org" }, Sources = null }) with
            {
                Certificates = [certificate],
                Snis = [new Sni { Id = new(Some.Id()), Name = "db.example.org", Certificate = certificate.Id }],
            },
            [new StreamListener(IPAddress.Loopback, 0) { Tls = true }]);

        await using (var tls = await DialAsync(gateway, "db.example.org"))
        {
            tls.RemoteCertificate!.Subject.ShouldContain("CN=db.example.org");
            await EchoAsync(tls, "through the gateway");
            await tls.ShutdownAsync();
            (await tls.ReadAsync(new byte[8])).ShouldBe(0);
        }

        using var other = await gateway.ConnectAsync();
        await using var refused = new SslStream(new NetworkStream(other), false, (_, _, _, _) => true);
        await Should.ThrowAsync<Exception>(() => refused.AuthenticateAsClientAsync("other.example.org"));
        plain.Accepted.ShouldBe(1, "no route takes other names");
        using var text = await gateway.ConnectAsync();
        await text.SayAsync("this is no handshake");
        (await text.ReadToEndAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Passthrough_ByServerName_LeavesTheHandshakeToTheUpstream()
    {
        var (first, second) = (Upstream("one.example.org"), Upstream("two.example.org"));
        using var ended = new TcpUpstream();
        var (one, two, three) = (StreamGateway.Service(first), StreamGateway.Service(second), StreamGateway.Service(ended.Port));
        await using var gateway = await StreamGateway.StartAsync(
            new ConfigEntities
            {
                Services = [one, two, three],
                Routes =
                [
                    Some.Route(one) with { Protocols = Set(Protocol.TlsPassthrough), Snis = new HashSet<string> { "one.example.org" } },
                    Some.Route(two) with { Protocols = Set(Protocol.TlsPassthrough), Snis = new HashSet<string> { "*.example.org" } },
                    Some.Route(three) with { Protocols = Set(Protocol.Tls), Snis = new HashSet<string> { "ended.test" } },
                ],
            },
            [new StreamListener(IPAddress.Loopback, 0) { Tls = true }]);

        foreach (var (asked, shown) in new[] { ("one.example.org", "one.example.org"), ("ONE.example.org", "one.example.org"), ("x.example.org", "two.example.org"), ("ended.test", "localhost") })
        {
            await using var tls = await DialAsync(gateway, asked);
            tls.RemoteCertificate!.Subject.ShouldContain("CN=" + shown);
            await EchoAsync(tls, "hello to " + asked);
        }
    }

    [Fact]
    public async Task Upstream_OverTls_IsVerified_AndShownACertificate()
    {
        using var client = _root.Issue("gateway");
        X509Certificate? shown = null;
        var port = Upstream("db.test", certificate => shown = certificate);
        var (known, identity) = (new CaCertificate { Id = new(Some.Id()), Cert = _root.Certificate.ExportCertificatePem(), CertDigest = "x" }, Entity("gateway"));
        var service = StreamGateway.Service(port, Protocol.Tls) with { Host = "127.0.0.1", TlsVerify = true, CaCertificates = [known.Id.Value], ClientCertificate = identity.Id, Retries = 0 };
        var upstream = new Upstream { Id = new(Some.Id()), Name = "dbs", HostHeader = "db.test" };
        var route = StreamGateway.Route(service);
        await using var gateway = await StreamGateway.StartAsync(Config("db.test"));

        using (var ok = await gateway.ConnectAsync())
        {
            await ok.SayAsync("select 1");
            await ok.HearAsync("select 1");
            shown.ShouldNotBeNull().Subject.ShouldContain("CN=gateway");
        }

        gateway.Gateway.Use(Config("other.test"));
        using var refused = await gateway.ConnectAsync();
        (await refused.ReadToEndAsync()).ShouldBeEmpty("the certificate names somebody else");

        ConfigEntities Config(string name) => Some.Config(service with { Host = "dbs" }, route) with
        {
            Upstreams = [upstream with { HostHeader = name }],
            Targets = [new Target { Id = new(Some.Id()), Upstream = upstream.Id, Address = $"127.0.0.1:{port}" }],
            CaCertificates = [known],
            Certificates = [identity],
        };
    }

    [Fact]
    public async Task PreserveHost_AsksTheUpstreamForTheNameThatTheClientAskedFor()
    {
        var port = Upstream("kept.example.org");
        var service = StreamGateway.Service(port, Protocol.Tls);
        var known = new CaCertificate { Id = new(Some.Id()), Cert = _root.Certificate.ExportCertificatePem(), CertDigest = "x" };
        await using var gateway = await StreamGateway.StartAsync(
            Some.Config(service with { TlsVerify = true, CaCertificates = [known.Id.Value] }, StreamGateway.Route(service) with { Protocols = Set(Protocol.Tls), PreserveHost = true }) with { CaCertificates = [known] },
            [new StreamListener(IPAddress.Loopback, 0) { Tls = true }]);

        await using var tls = await DialAsync(gateway, "kept.example.org");
        await EchoAsync(tls, "hello");
    }

    private static HashSet<Protocol> Set(Protocol protocol) => [protocol];

    private static async Task<SslStream> DialAsync(StreamGateway gateway, string serverName)
    {
        var tls = new SslStream(new NetworkStream(await gateway.ConnectAsync(), ownsSocket: true), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(serverName);
        return tls;
    }

    private static async Task EchoAsync(SslStream tls, string text)
    {
        await tls.WriteAsync(Encoding.ASCII.GetBytes(text));
        var back = new byte[text.Length];
        await tls.ReadExactlyAsync(back).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Encoding.ASCII.GetString(back).ShouldBe(text);
    }

    /// <summary>An upstream that speaks TLS and sends back what it hears.</summary>
    private int Upstream(string name, Action<X509Certificate?>? seen = null)
    {
        var pair = Pair(name);
        var upstream = new TcpUpstream(async socket =>
        {
            await using var tls = new SslStream(new NetworkStream(socket), false, (_, certificate, _, _) =>
            {
                seen?.Invoke(certificate);
                return true;
            });
            try
            {
                await tls.AuthenticateAsServerAsync(pair, clientCertificateRequired: seen is not null, checkCertificateRevocation: false);
                var buffer = new byte[4096];
                for (int read; (read = await tls.ReadAsync(buffer)) > 0;)
                {
                    await tls.WriteAsync(buffer.AsMemory(0, read));
                }
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                // The gateway does not like the certificate, as one test wants it.
            }
        });
        _made.Add(upstream);
        return upstream.Port;
    }

    private X509Certificate2 Pair(string name)
    {
        var pair = _root.Issue(name);
        _made.Add(pair);
        return pair;
    }

    private Certificate Entity(string name)
    {
        var pair = Pair(name);
        return new Certificate { Id = new(Some.Id()), Cert = pair.ExportCertificatePem(), Key = pair.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() };
    }
}
