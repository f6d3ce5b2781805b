using System.Security.Cryptography.X509Certificates;
using Gateway.Sync.Mtls;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>Certificates that are replaced, or end, while the planes run.</summary>
public sealed class CertificateRotationTests
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task SharedCertificate_ReplacedOnBothSides_IsUsedByANewConnectionWithoutARestart()
    {
        using var former = TestCertificates.Cluster();
        using var next = TestCertificates.Cluster();
        var (controlPlaneFiles, dataPlaneFiles) = (Pem(former), Pem(former));
        var (controlPlaneTime, dataPlaneTime) = (new ManualTime(), new ManualTime());
        await using var controlPlane = new TestControlPlane(new ClusterIdentity(() => controlPlaneFiles), time: controlPlaneTime);
        await controlPlane.StartAsync();
        var document = controlPlane.Publish("a");
        await using var plane = new TestDataPlane(controlPlane, new ClusterIdentity(() => dataPlaneFiles), time: dataPlaneTime);
        await plane.StartAsync();
        await plane.WaitForAsync(document);

        // The control plane first: it does not know the former certificate any more.
        controlPlaneFiles = Pem(next);
        await AdvanceAsync(controlPlaneTime);
        await controlPlane.Log.WaitForAsync("Information The cluster certificate was replaced");
        await plane.Log.WaitForAsync("Warning Not connected", "the cluster certificate was replaced");
        await AdvanceUntilAsync(dataPlaneTime, () => plane.Log.Lines.Any(l => l.Contains("is not the cluster certificate")));
        plane.Status.ConfigHash.ShouldBe(document.ConfigHash);

        dataPlaneFiles = Pem(next);
        await AdvanceUntilAsync(dataPlaneTime, () => plane.Status.Connected);
        await plane.WaitForAsync(document);
        plane.Status.CertificateEnd!.Value.ToUnixTimeSeconds().ShouldBe(new DateTimeOffset(next.NotAfter).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task OwnCertificate_OfADataPlaneReplaced_IsShownByANewConnection()
    {
        using var authority = TestAuthority.Create();
        using var own = authority.Issue("127.0.0.1", ["127.0.0.1"]);
        using var former = authority.Issue("dp", notAfter: DateTimeOffset.UtcNow.AddDays(20));
        using var next = authority.Issue("dp", notAfter: DateTimeOffset.UtcNow.AddDays(200));
        await using var controlPlane = new TestControlPlane(new ClusterIdentity(() => Pem(own, authority)) { Mode = ClusterMode.Pki });
        await controlPlane.StartAsync();
        var document = controlPlane.Publish("a");
        var files = Pem(former, authority);
        var time = new ManualTime();
        await using var plane = new TestDataPlane(controlPlane, new ClusterIdentity(() => files) { Mode = ClusterMode.Pki }, time: time);
        await plane.StartAsync();
        await plane.WaitForAsync(document);
        await plane.Log.WaitForAsync("Warning This node: the cluster certificate ends in 20 days");

        files = Pem(next, authority);
        await AdvanceUntilAsync(time, () => controlPlane.Registry.Find(plane.Id) is { Connected: true } known
            && known.CertificateExpiry!.Value.ToUnixTimeSeconds() == new DateTimeOffset(next.NotAfter).ToUnixTimeSeconds());
        await plane.Log.WaitForAsync("Information The cluster certificate was replaced");
        // The control plane had no reason to end anything.
        controlPlane.Log.Lines.ShouldNotContain(l => l.Contains("was replaced; new"));
    }

    [Fact]
    public async Task Authorities_Replaced_EndTheConnectionsThatTheFormerOnesLetIn()
    {
        using var former = TestAuthority.Create("Former");
        using var next = TestAuthority.Create("Next");
        using var own = former.Issue("127.0.0.1", ["127.0.0.1"]);
        using var certificate = former.Issue("dp");
        var files = Pem(own, former);
        var time = new ManualTime();
        await using var controlPlane = new TestControlPlane(new ClusterIdentity(() => files) { Mode = ClusterMode.Pki }, time: time);
        await controlPlane.StartAsync();
        var document = controlPlane.Publish("a");
        await using var plane = new TestDataPlane(controlPlane, new ClusterIdentity(() => Pem(certificate, former)) { Mode = ClusterMode.Pki });
        await plane.StartAsync();
        await plane.WaitForAsync(document);

        files = Pem(own, next);
        await AdvanceAsync(time);
        await plane.Log.WaitForAsync("refuses the connection: the answer was 'HTTP/1.1 400 Bad Request'");
    }

    [Fact]
    public async Task Files_HalfReplaced_LeaveTheFormerPairInUseAndAreNamedOnce()
    {
        using var former = TestCertificates.Cluster();
        using var next = TestCertificates.Cluster();
        var files = Pem(former);
        var time = new ManualTime();
        var identity = new ClusterIdentity(() => files);
        await using var controlPlane = new TestControlPlane(identity, time: time);
        await controlPlane.StartAsync();
        var pair = identity.Current;

        files = files with { Certificate = Pem(next).Certificate };
        await AdvanceAsync(time);
        await controlPlane.Log.WaitForAsync("Warning The cluster certificate's files changed and cannot be used");
        await AdvanceAsync(time);
        identity.Current.ShouldBeSameAs(pair);

        files = Pem(next);
        await AdvanceAsync(time);
        await controlPlane.Log.WaitForAsync("Information The cluster certificate was replaced");
        identity.Current.Certificate.Thumbprint.ShouldBe(next.Thumbprint);
        controlPlane.Log.Lines.Count(l => l.Contains("cannot be used")).ShouldBe(1);
    }

    [Fact]
    public async Task PeersCertificate_ThatEndsSoon_IsNamedAndShownInTheFeed()
    {
        using var authority = TestAuthority.Create();
        using var own = authority.Issue("127.0.0.1", ["127.0.0.1"]);
        using var certificate = authority.Issue("dp", notAfter: DateTimeOffset.UtcNow.AddDays(6.5));
        var time = new ManualTime();
        await using var controlPlane = new TestControlPlane(new ClusterIdentity(() => Pem(own, authority)) { Mode = ClusterMode.Pki }, time: time);
        await controlPlane.StartAsync();
        await using var plane = await RawPlane.DialAsync(controlPlane.Endpoint, certificate);
        var id = Guid.NewGuid();
        (await plane.UpgradeAsync($"/v1/outlet?node_id={id}&node_hostname=raw&node_version=3.10.0")).Accepted.ShouldBeTrue();
        await plane.SendAsync(Gateway.Sync.WebSocketOpcode.Binary, RawPlane.Introduction);
        await Wait.UntilAsync(() => controlPlane.Registry.Find(id) is { Connected: true }, "the plane is known");

        await AdvanceAsync(time);
        await controlPlane.Log.WaitForAsync($"Warning Data plane {id} (raw, 127.0.0.1): the cluster certificate ends in 7 days");
        using var feed = await EventReader.OpenAsync(controlPlane.Admin, "/clustering/data-planes/live");
        var (_, snapshot) = await feed.NextAsync();
        snapshot["certificate"]!["ends_soon"]!.GetValue<bool>().ShouldBeFalse();
        snapshot["certificate"]!["expiry_timestamp"]!.GetValue<long>().ShouldBe(new DateTimeOffset(own.NotAfter).ToUnixTimeSeconds());
        snapshot["data"]![0]!["cert_ends_soon"]!.GetValue<bool>().ShouldBeTrue();
    }

    private static PemPair Pem(X509Certificate2 certificate, TestAuthority? authority = null) => new(
        certificate.ExportCertificatePem(), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), authority?.Certificate.ExportCertificatePem());

    private static async Task AdvanceAsync(ManualTime time)
    {
        await Wait.UntilAsync(() => time.IsWaiting(_look), "the files are looked at again in 5 seconds");
        time.Advance(_look);
    }

    // The plane's own delays are random, so the time is pushed until what is waited for has happened.
    private static Task AdvanceUntilAsync(ManualTime time, Func<bool> happened) => Wait.UntilAsync(
        () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return happened();
        },
        "it happened");
}
