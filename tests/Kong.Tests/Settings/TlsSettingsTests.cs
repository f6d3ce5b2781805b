using System.Net.Security;
using System.Security.Authentication;
using Gateway.DataPlane.Tls;
using Gateway.Kong.Settings;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Settings;

public sealed class TlsSettingsTests
{
    [Fact]
    public void Options_OfSuites_AreTheirVersionsAndCiphers()
    {
        Options([]).ShouldSatisfyAllConditions(
            o => o.Protocols.ShouldBe(SslProtocols.Tls12 | SslProtocols.Tls13), o => o.CipherSuites.ShouldBeNull(), o => o.Resumes.ShouldBeTrue(), o => o.Clients.ShouldBeNull());
        Options(new() { ["ssl_cipher_suite"] = "modern" }).Protocols.ShouldBe(SslProtocols.Tls13);
        Options(new() { ["ssl_cipher_suite"] = "modern", ["ssl_protocols"] = "TLSv1.2 TLSv1.3" }).Protocols.ShouldBe(SslProtocols.Tls12 | SslProtocols.Tls13, "what is asked for by name counts");
        Options(new() { ["ssl_cipher_suite"] = "fips" }).CipherSuites!.ShouldNotContain(TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256);
        Options(new() { ["ssl_cipher_suite"] = "custom", ["ssl_ciphers"] = "ECDHE-RSA-AES256-GCM-SHA384" }).CipherSuites![^1].ShouldBe(TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384);
        Options(new() { ["ssl_ciphers"] = "ECDHE-RSA-AES256-GCM-SHA384" }).CipherSuites.ShouldBeNull("the list counts with the suite custom only");
        Options(new() { ["ssl_session_tickets"] = "off" }).Resumes.ShouldBeFalse();
    }

    [Theory]
    [InlineData("ssl_cipher_suite", "best", "ssl_cipher_suite has an invalid value: 'best' (modern, intermediate, old, fips, custom)")]
    [InlineData("ssl_ciphers", "AES128-SHA:NOPE", "ssl_ciphers: unknown cipher 'NOPE'")]
    [InlineData("ssl_protocols", "TLSv1.2 SSLv3", "ssl_protocols: invalid entry 'SSLv3' (TLSv1, TLSv1.1, TLSv1.2, TLSv1.3)")]
    [InlineData("lua_ssl_trusted_certificate", "system,/nope", "lua_ssl_trusted_certificate: no certificate in /nope")]
    [InlineData("nginx_proxy_ssl_client_certificate", "/nope", "nginx_proxy_ssl_client_certificate: no certificate in /nope")]
    [InlineData("nginx_proxy_ssl_verify_client", "on", "nginx_proxy_ssl_client_certificate must be specified when nginx_proxy_ssl_verify_client is on or optional")]
    [InlineData("nginx_proxy_ssl_verify_depth", "-1", "nginx_proxy_ssl_verify_depth must be an integer between 0 and 100")]
    public void Setting_ThatIsWrong_IsTold(string name, string value, string complaint) => Read(new() { [name] = value }).Errors.ShouldBe([complaint]);

    [Fact]
    public void Authorities_FromFilesAndTheSystem_AreJoined()
    {
        using var root = TestAuthority.Create();
        var pem = root.Certificate.ExportCertificatePem();
        Read([]).Settings!.Tls.TrustedAuthorities.ShouldBeEmpty("those of the system are trusted as they are");
        Read(new() { ["lua_ssl_trusted_certificate"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem)) }).Settings!.Tls.TrustedAuthorities.Trim().ShouldBe(pem);

        using var command = new TestCommand();
        var clients = Options(new() { ["nginx_proxy_ssl_verify_client"] = "optional", ["nginx_proxy_ssl_client_certificate"] = command.Write("ca.pem", pem), ["nginx_proxy_ssl_verify_depth"] = "2" }).Clients!;
        (clients.Mode, clients.Depth).ShouldBe((ClientCertificateMode.Optional, 2));
        using var known = root.Issue("known");
        clients.Judge(known, null).ShouldBe(ClientVerification.Success);
    }

    private static TlsOptions Options(Dictionary<string, string> given) => Read(given).Settings!.Tls.Options;

    private static SettingsResult Read(Dictionary<string, string> given) => SettingsReader.Read(new SettingsSources(
        new Dictionary<string, string> { ["prefix"] = "/tmp/none" }, given.ToDictionary(g => "KONG_" + g.Key.ToUpperInvariant(), g => g.Value)));
}
