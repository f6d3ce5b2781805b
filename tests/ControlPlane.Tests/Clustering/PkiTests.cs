using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Sync;
using Gateway.Sync.Mtls;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>Planes with a certificate each, signed by authorities; over real sockets and TLS.</summary>
public sealed class PkiTests : IAsyncLifetime, IDisposable
{
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly X509Certificate2 _own;
    private readonly string _id = Guid.NewGuid().ToString();
    private TestControlPlane _controlPlane;

    public PkiTests()
    {
        _own = _authority.Issue("cp.example.com", ["cp.example.com", "127.0.0.1"]);
        _controlPlane = new TestControlPlane(Identity(_own));
    }

    public Task InitializeAsync() => _controlPlane.StartAsync();

    public Task DisposeAsync() => _controlPlane.DisposeAsync().AsTask();

    public void Dispose()
    {
        _authority.Dispose();
        _own.Dispose();
    }

    [Theory]
    [InlineData("cp.example.com")]
    [InlineData(null)]
    public async Task DataPlane_WithACertificateOfTheAuthority_IsServed(string? serverName)
    {
        var document = _controlPlane.Publish("a");
        using var certificate = _authority.Issue("dp");
        await using var plane = new TestDataPlane(_controlPlane, Identity(certificate), configure: o => o with { ServerName = serverName });
        await plane.StartAsync();
        await plane.WaitForAsync(document);
        _controlPlane.Registry.Find(plane.Id)!.CertificateExpiry!.Value.ToUnixTimeSeconds().ShouldBe(new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds());
        new DateTimeOffset(_own.NotAfter).ToUnixTimeSeconds().ShouldBe(plane.Status.CertificateEnd!.Value.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task DataPlane_AsksForAnotherName_LeavesAndSaysSo()
    {
        using var certificate = _authority.Issue("dp");
        await using var plane = new TestDataPlane(_controlPlane, Identity(certificate), configure: o => o with { ServerName = "other.example.com" });
        await plane.StartAsync();
        await plane.Log.WaitForAsync("Warning Not connected", "is not for the name 'other.example.com'");
    }

    [Fact]
    public async Task DataPlane_MeetsAControlPlaneOfAnotherAuthority_LeavesAndSaysSo()
    {
        using var foreign = TestAuthority.Create("Other Root");
        using var certificate = _authority.Issue("dp");
        var pair = new ClusterPair(certificate, authorities: [foreign.Certificate]);
        await using var plane = new TestDataPlane(_controlPlane, new ClusterIdentity(pair) { Mode = ClusterMode.Pki });
        await plane.StartAsync();
        await plane.Log.WaitForAsync("Warning Not connected", "is not of this cluster: no trusted authority vouches");
    }

    [Theory]
    [InlineData(null, "No required SSL certificate was sent")]
    [InlineData("foreign", "The SSL certificate error")]
    [InlineData("expired", "The SSL certificate error")]
    [InlineData("server", "The SSL certificate error")]
    [InlineData("self-signed", "The SSL certificate error")]
    public async Task Peer_WithoutASoundCertificate_GetsThePageOfTheWebServerOnBothPorts(string? kind, string message)
    {
        using var foreign = TestAuthority.Create("Test Root");
        var serverOnly = new X509EnhancedKeyUsageExtension(new OidCollection { new("1.3.6.1.5.5.7.3.1") }, false);
        using var certificate = kind switch
        {
            "foreign" => foreign.Issue("dp"),
            "expired" => _authority.Issue("dp", notAfter: DateTimeOffset.UtcNow.AddDays(-1)),
            "server" => _authority.Issue("dp", extensions: serverOnly),
            "self-signed" => TestCertificates.Cluster(),
            _ => null,
        };
        foreach (var endpoint in (string[])[_controlPlane.Endpoint, _controlPlane.TelemetryEndpoint])
        {
            await using var peer = await RawPlane.DialAsync(endpoint, certificate);
            await peer.Stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/outlet?node_id={_id}&node_version=3.10.0 HTTP/1.1\r\nHost: cp\r\n\r\n"));
            using var reader = new StreamReader(peer.Stream);
            var answer = await reader.ReadToEndAsync();
            answer.ShouldStartWith("HTTP/1.1 400 Bad Request\r\n");
            answer.ShouldContain("\r\nConnection: close\r\n");
            answer.ShouldContain("\r\nContent-Type: text/html; charset=UTF-8\r\n");
            answer.ShouldContain($"<head><title>400 {message}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>{message}</center>");
        }

        await _controlPlane.Log.WaitForAsync("Warning A data plane at 127.0.0.1:", kind is null ? "no certificate was presented" : "no trusted authority vouches");
        _controlPlane.Registry.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public async Task Peer_WithAChain_IsServedToADepth(int depth, bool served)
    {
        var issuer = Enumerable.Range(1, depth).Aggregate(_authority, (parent, i) => parent.Intermediate($"Authority {i}"));
        using var certificate = issuer.Issue("dp");
        await using var peer = await RawPlane.DialAsync(_controlPlane.Endpoint, certificate, [.. issuer.Chain]);
        (await peer.UpgradeAsync($"/v1/outlet?node_id={_id}&node_hostname=raw&node_version=3.10.0")).Status.ShouldBe(served ? 101 : 400);
    }

    [Theory]
    [InlineData("dp1.example.com", true)]
    [InlineData("DP1.Example.Com", true)]
    [InlineData("dp1.other.com", false)]
    [InlineData("dp", false)]
    public async Task Peer_WhoseNameIsChecked_IsServedWithinTheDomainOfTheControlPlane(string name, bool served) => await CheckNameAsync([], name, served);

    [Theory]
    [InlineData("one", true)]
    [InlineData("dp1.example.com", false)]
    public async Task Peer_WhoseNameIsChecked_IsServedByTheList(string name, bool served) => await CheckNameAsync(["one", "two.example.com"], name, served);

    private async Task CheckNameAsync(string[] allowed, string name, bool served)
    {
        await _controlPlane.DisposeAsync();
        var pair = new ClusterPair(_own, authorities: [_authority.Certificate]);
        _controlPlane = new TestControlPlane(new ClusterIdentity(pair) { Mode = ClusterMode.PkiCheckCn, AllowedCommonNames = allowed });
        await _controlPlane.StartAsync();
        using var certificate = _authority.Issue(name);
        await using var peer = await RawPlane.DialAsync(_controlPlane.Endpoint, certificate);
        (await peer.UpgradeAsync($"/v1/outlet?node_id={_id}&node_hostname=raw&node_version=3.10.0")).Status.ShouldBe(served ? 101 : 0);
        if (!served)
        {
            await _controlPlane.Log.WaitForAsync($"its common name '{name}' is not an allowed one");
        }
    }

    private ClusterIdentity Identity(X509Certificate2 certificate) =>
        new(new ClusterPair(certificate, authorities: [_authority.Certificate])) { Mode = ClusterMode.Pki };
}
