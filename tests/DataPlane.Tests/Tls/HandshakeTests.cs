using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Tests.Config;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.DataPlane.Tls;
using Gateway.Entities;
using Gateway.Sync.Mtls;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Tls;

/// <summary>Handshakes with OpenSSL's client: versions, suites, kinds of certificates, chains, sessions.</summary>
public sealed class HandshakeTests : IDisposable
{
    private readonly TestAuthority _root = TestAuthority.Create();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Versions_ThatAreNotSpoken_AreRefused()
    {
        await using var gateway = await StartAsync(new TlsOptions { Protocols = SslProtocols.Tls13 });
        (await OpenSslClient.AskAsync(gateway.TlsPort, "-tls1_3")).ShouldContain("New, TLSv1.3");
        var refused = await OpenSslClient.AskAsync(gateway.TlsPort, "-tls1_2");
        refused.ShouldContain("protocol version");
        refused.ShouldNotContain("HTTP/1.1");

        await using var other = await StartAsync(new TlsOptions { Protocols = SslProtocols.Tls12 });
        (await OpenSslClient.AskAsync(other.TlsPort)).ShouldContain("New, TLSv1.2");
    }

    [Fact]
    public async Task Suites_OfTheList_AreChosenInItsOrder()
    {
        CipherSuites.TryParse("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:!aNULL", out var suites).ShouldBeNull();
        await using var gateway = await StartAsync(new TlsOptions { CipherSuites = suites });

        (await OpenSslClient.AskAsync(gateway.TlsPort, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"))
            .ShouldContain("New, TLSv1.2, Cipher is ECDHE-ECDSA-AES128-GCM-SHA256", customMessage: "the server's order counts");
        (await OpenSslClient.AskAsync(gateway.TlsPort, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384")).ShouldContain("Cipher is ECDHE-ECDSA-AES256-GCM-SHA384");
        (await OpenSslClient.AskAsync(gateway.TlsPort, "-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305")).ShouldContain("handshake failure");
        (await OpenSslClient.AskAsync(gateway.TlsPort, "-tls1_3")).ShouldContain("New, TLSv1.3");
    }

    [Theory]
    [InlineData("ECDHE-RSA-AES128-GCM-SHA256:!MD5", null, 4)]
    [InlineData("tls_aes_128_gcm_sha256, ECDHE-RSA-AES128-SHA", null, 4)]
    [InlineData("ECDHE-RSA-AES128-SHA:!TLS_CHACHA20_POLY1305_SHA256", null, 3)]
    [InlineData("ECDHE-RSA-AES128-SHA:BOGUS", "BOGUS", 4)]
    public void Parse_AList_FindsItsSuites(string list, string? bad, int count)
    {
        CipherSuites.TryParse(list, out var suites).ShouldBe(bad);
        suites.Count.ShouldBe(count);
        CipherSuites.TryParse("HIGH:!AES128-SHA", out var all).ShouldBeNull();
        all.ShouldContain(TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA);
        all.ShouldNotContain(TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA);
    }

    [Fact]
    public async Task Certificates_OfTwoKinds_AreChosenByWhatTheClientTakes()
    {
        var (ecdsa, rsa) = (Pem(_root.Issue("default-ecdsa")), Rsa("default-rsa"));
        var (own, alternative) = (Pem(_root.Issue("own-ecdsa")), Rsa("own-rsa"));
        await using var gateway = await StartAsync(new TlsOptions(), [rsa, ecdsa]);
        var entity = new Certificate { Id = new(Some.Id()), Cert = own.Certificate, Key = own.Key, CertAlt = alternative.Certificate, KeyAlt = alternative.Key };
        gateway.Use(new ConfigEntities { Certificates = [entity], Snis = [new Sni { Id = new(Some.Id()), Name = "own.test", Certificate = entity.Id }] });

        foreach (var version in new[] { "-tls1_2", "-tls1_3" })
        {
            (await OpenSslClient.AskAsync(gateway.TlsPort, version)).ShouldContain("subject=CN = default-ecdsa");
            (await OpenSslClient.AskAsync(gateway.TlsPort, version, "-sigalgs", "rsa_pss_rsae_sha256:rsa_pkcs1_sha256")).ShouldContain("subject=CN = default-rsa");
            (await OpenSslClient.AskAsync(gateway.TlsPort, version, "-servername", "own.test")).ShouldContain("subject=CN = own-ecdsa");
            (await OpenSslClient.AskAsync(gateway.TlsPort, version, "-servername", "own.test", "-sigalgs", "rsa_pss_rsae_sha256:rsa_pkcs1_sha256")).ShouldContain("subject=CN = own-rsa");
        }

        (await OpenSslClient.AskAsync(gateway.TlsPort, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256")).ShouldContain("subject=CN = default-rsa", customMessage: "the suites decide too");
    }

    [Fact]
    public async Task Default_WithItsChain_IsReplacedWhileTheGatewayRuns()
    {
        using var intermediate = _root.Intermediate("Between");
        var leaf = Pem(intermediate.Issue("old"));
        await using var gateway = await StartAsync(new TlsOptions(), [leaf with { Certificate = leaf.Certificate + "\n" + intermediate.Certificate.ExportCertificatePem() }]);

        var shown = await OpenSslClient.AskAsync(gateway.TlsPort, "-showcerts");
        shown.ShouldContain("subject=CN = old");
        shown.Split("-----BEGIN CERTIFICATE-----").Length.ShouldBeGreaterThanOrEqualTo(3, "the certificate and the authority between");

        gateway.Services.GetRequiredService<DefaultCertificate>().Use([Pem(_root.Issue("new"))]);
        (await OpenSslClient.AskAsync(gateway.TlsPort)).ShouldContain("subject=CN = new");
    }

    [Theory]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_3", true)]
    [InlineData("-tls1_2", false)]
    [InlineData("-tls1_3", false)]
    public async Task Sessions_AreResumed_UnlessTicketsAreOff(string version, bool resumes)
    {
        using var folder = new TempFolder();
        var session = Path.Combine(folder.Path, "session");
        await using var gateway = await StartAsync(new TlsOptions { Resumes = resumes });
        (await OpenSslClient.AskAsync(gateway.TlsPort, version, "-sess_out", session)).ShouldContain("New, TLS");
        if (File.Exists(session) || resumes)
        {
            // Without tickets a client of TLS 1.2 has nothing that it could keep.
            (await OpenSslClient.AskAsync(gateway.TlsPort, version, "-sess_in", session)).ShouldContain(resumes ? "Reused, TLS" : "New, TLS");
        }
    }

    [Fact]
    public async Task Handshake_CarriesWhatTheAuthoritySays_WhenStaplingIsOn()
    {
        using var folder = new TempFolder();
        var port = FreePort.Next();
        using var leaf = _root.Issue("stapled", extensions: new X509AuthorityInformationAccessExtension([$"http://127.0.0.1:{port}"], []));
        await File.WriteAllTextAsync(folder.Of("ca"), _root.Certificate.ExportCertificatePem() + "\n" + _root.Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(folder.Of("index"), $"V\t350101000000Z\t\t{leaf.SerialNumber}\tunknown\t/CN=stapled\n");
        using var responder = Process.Start(new ProcessStartInfo(
            "openssl", ["ocsp", "-port", port.ToString(null, null), "-index", folder.Of("index"), "-CA", folder.Of("ca"), "-rsigner", folder.Of("ca"), "-ndays", "1"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var pair = Pem(leaf);
            pair = pair with { Certificate = pair.Certificate + "\n" + _root.Certificate.ExportCertificatePem() };
            await using var stapling = await StartAsync(new TlsOptions { Staples = true }, [pair]);
            await using var other = await StartAsync(new TlsOptions(), [pair]);

            // It is fetched when it is first asked for.
            await Wait.UntilAsync(
                async () => (await OpenSslClient.AskAsync(stapling.TlsPort, "-status")).Contains("OCSP Response Status: successful", StringComparison.Ordinal), "the answer is stapled");
            (await OpenSslClient.AskAsync(stapling.TlsPort, "-status")).ShouldContain("Cert Status: good");
            (await OpenSslClient.AskAsync(other.TlsPort, "-status")).ShouldContain("OCSP response: no response sent");
        }
        finally
        {
            responder.Kill();
        }
    }

    private static Task<TestGateway> StartAsync(TlsOptions tls, IReadOnlyList<PemPair>? certificates = null) =>
        TestGateway.StartAsync(ConfigEntities.Empty, options: o => o with { Tls = tls, Certificates = certificates ?? [] });

    private static PemPair Pem(X509Certificate2 certificate) => new(certificate.ExportCertificatePem(), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

    private static PemPair Rsa(string name)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new PemPair(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
