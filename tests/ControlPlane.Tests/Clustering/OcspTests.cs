using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sync.Mtls;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>Data planes whose authority is asked whether it revoked their certificates.</summary>
public sealed class OcspTests : IDisposable
{
    private const string Target = "/v1/outlet?node_id=0c4f5c1e-93a4-4f5b-8d0b-1b3f4d1c9a01&node_hostname=raw&node_version=3.10.0";

    private readonly TestAuthority _authority = TestAuthority.Create();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(OcspMode.On, "good", true, null)]
    [InlineData(OcspMode.On, "appointed", true, null)]
    [InlineData(OcspMode.On, "revoked", false, "its authority revoked the certificate")]
    [InlineData(OcspMode.Optional, "revoked", false, "its authority revoked the certificate")]
    [InlineData(OcspMode.On, "unknown", false, "its authority does not know the certificate")]
    [InlineData(OcspMode.On, "foreign", false, "the signature of the answer is not valid")]
    [InlineData(OcspMode.On, "not appointed", false, "the answer is signed by nobody who may")]
    [InlineData(OcspMode.On, "old", false, "the answer is not of today")]
    [InlineData(OcspMode.On, "another", false, "the answer is about another certificate")]
    [InlineData(OcspMode.On, "nonsense", false, "the answer cannot be read")]
    [InlineData(OcspMode.On, "error", false, "answered with the status 500")]
    [InlineData(OcspMode.Optional, "error", true, "is let in, though nobody says")]
    [InlineData(OcspMode.On, "no responder", false, "its certificate names no OCSP responder")]
    [InlineData(OcspMode.Optional, "no responder", true, "is let in, though nobody says")]
    [InlineData(OcspMode.Off, "revoked", true, null)]
    public async Task Peer_IsServed_ByWhatItsAuthoritySays(OcspMode mode, string answer, bool served, string? said)
    {
        await using var responder = new TestResponder();
        using var certificate = _authority.Issue("dp", extensions: answer == "no responder" ? [] : [responder.Extension]);
        responder.Answer = AnswerOf(answer, certificate);
        await using var controlPlane = ControlPlane(mode);
        await controlPlane.StartAsync();

        await using var peer = await RawPlane.DialAsync(controlPlane.Endpoint, certificate);
        (await peer.UpgradeAsync(Target)).Status.ShouldBe(served ? 101 : 0);
        if (said is not null)
        {
            await controlPlane.Log.WaitForAsync("Warning A data plane at 127.0.0.1:", said);
        }

        responder.Requests.Count.ShouldBe(mode is OcspMode.Off || answer == "no responder" ? 0 : 1);
        responder.Requests.ShouldAllBe(r => r.MediaType == "application/ocsp-request" && r.Body.Length > 60);
    }

    [Fact]
    public async Task DataPlane_WhoseCertificateIsRevoked_IsToldNothing()
    {
        await using var responder = new TestResponder();
        using var certificate = _authority.Issue("dp", extensions: [responder.Extension]);
        responder.Answer = AnswerOf("revoked", certificate);
        await using var controlPlane = ControlPlane(OcspMode.On);
        await controlPlane.StartAsync();
        await using var plane = new TestDataPlane(controlPlane, Identity(certificate, OcspMode.Off));
        await plane.StartAsync();
        await plane.Log.WaitForAsync("Warning Not connected", "refuses this data plane's cluster certificate");
    }

    private byte[] AnswerOf(string kind, X509Certificate2 certificate)
    {
        var issuer = _authority.Certificate;
        using var other = _authority.Issue("other");
        using var foreign = TestAuthority.Create();
        using var appointed = _authority.Issue("ocsp", extensions: new X509EnhancedKeyUsageExtension(new OidCollection { new Oid("1.3.6.1.5.5.7.3.9") }, false));
        return kind switch
        {
            "good" => TestResponder.Say(0, certificate, issuer, issuer),
            "appointed" => TestResponder.Say(0, certificate, issuer, appointed, attach: true),
            "revoked" => TestResponder.Say(1, certificate, issuer, issuer),
            "unknown" => TestResponder.Say(2, certificate, issuer, issuer),
            "foreign" => TestResponder.Say(0, certificate, issuer, foreign.Certificate),
            "not appointed" => TestResponder.Say(0, certificate, issuer, other, attach: true),
            "old" => TestResponder.Say(0, certificate, issuer, issuer, age: TimeSpan.FromDays(2)),
            "another" => TestResponder.Say(0, other, issuer, issuer),
            "nonsense" => [0x30, 0x03, 0x0a],
            _ => [],
        };
    }

    private TestControlPlane ControlPlane(OcspMode mode) => new(Identity(_authority.Issue("127.0.0.1", ["127.0.0.1"]), mode));

    private ClusterIdentity Identity(X509Certificate2 certificate, OcspMode mode) =>
        new(new ClusterPair(certificate, authorities: [_authority.Certificate])) { Mode = ClusterMode.Pki, Ocsp = mode };
}
