using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.DataPlane.Tls;
using Gateway.PluginSdk;

namespace Gateway.Kong.Settings;

/// <summary>The settings of TLS with clients, and of the authorities that are trusted.</summary>
internal sealed class TlsSettings(SettingValues values)
{
    private const string System = "system";

    // Where distributions keep the authorities of the system, in one file.
    private static readonly string[] _bundles =
        ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem"];

#pragma warning disable CA5397, CA5398, SYSLIB0039 // Old versions are spoken only where someone asks for them by name.
    private static readonly Dictionary<string, SslProtocols> _protocols = new(StringComparer.Ordinal)
    {
        ["TLSv1"] = SslProtocols.Tls, ["TLSv1.1"] = SslProtocols.Tls11, ["TLSv1.2"] = SslProtocols.Tls12, ["TLSv1.3"] = SslProtocols.Tls13,
    };

    // Mozilla's recommendations, by the names that Kong has for them. Without ciphers .NET's own are used, whose sessions can be resumed.
    private static readonly Dictionary<string, (SslProtocols Protocols, string? Ciphers)> _suites = new(StringComparer.Ordinal)
    {
        ["modern"] = (SslProtocols.Tls13, null),
        ["intermediate"] = (SslProtocols.Tls12 | SslProtocols.Tls13, null),
        ["old"] = (SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13, "ALL"),
        ["fips"] = (SslProtocols.Tls12 | SslProtocols.Tls13,
            "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:!TLS_CHACHA20_POLY1305_SHA256"),
        ["custom"] = (SslProtocols.Tls12 | SslProtocols.Tls13, null),
    };
#pragma warning restore CA5397, CA5398, SYSLIB0039

    /// <summary>The names of <c>ssl_cipher_suite</c>.</summary>
    public static IReadOnlyCollection<string> Suites => _suites.Keys;

    /// <summary>How TLS is spoken with clients.</summary>
    public TlsOptions Options
    {
        get
        {
            var name = values.Required("ssl_cipher_suite");
            var (protocols, ciphers) = _suites[name];
            return new TlsOptions
            {
                Protocols = values.IsGiven("ssl_protocols") ? Protocols("ssl_protocols") : protocols,
                CipherSuites = (name is "custom" ? values.Text("ssl_ciphers") : ciphers) is { } list && CipherSuites.TryParse(list, out var suites) is null ? suites : null,
                Resumes = values.Flag("ssl_session_tickets"),
                Staples = values.Flag("nginx_proxy_ssl_stapling"),
                Clients = Clients,
            };
        }
    }

    /// <summary>The PEM of the authorities for upstreams whose service names none; empty for those of the system.</summary>
    public string TrustedAuthorities
    {
        get
        {
            var sources = values.List("lua_ssl_trusted_certificate");
            return sources is [] or [System] ? string.Empty : string.Concat(sources.Select(s => Pem(s) + "\n"));
        }
    }

    /// <summary>How plugins speak TLS with the servers that they call.</summary>
    public OutgoingTls Outgoing => new()
    {
        Authorities = TrustedAuthorities,
        Depth = values.IsGiven("lua_ssl_verify_depth") ? values.Whole("lua_ssl_verify_depth") : null,
        Protocols = Protocols("lua_ssl_protocols"),
    };

    private ClientCertificateRules? Clients => values.Text("nginx_proxy_ssl_verify_client") is { } mode and not "off"
        ? new ClientCertificateRules(
            mode switch { "on" => ClientCertificateMode.On, "optional" => ClientCertificateMode.Optional, _ => ClientCertificateMode.OptionalWithoutAuthority },
            values.Text("nginx_proxy_ssl_client_certificate") is { } authorities ? CertificateSource.Read(authorities)! : string.Empty,
            values.Whole("nginx_proxy_ssl_verify_depth"))
        : null;

    /// <summary>Judges <c>ssl_ciphers</c>.</summary>
    public static string? JudgeCiphers(string value) => CipherSuites.TryParse(value, out _) is { } bad ? $"ssl_ciphers: unknown cipher '{bad}'" : null;

    /// <summary>Judges a setting that names versions of TLS.</summary>
    public static Func<string, string?> JudgeProtocols(string name) => value => Words(value).FirstOrDefault(p => !_protocols.ContainsKey(p)) is { } bad
        ? $"{name}: invalid entry '{bad}' ({string.Join(", ", _protocols.Keys)})" : null;

    /// <summary>Judges a setting that leads to the certificates of authorities.</summary>
    public static Func<string, string?> JudgeAuthorities(string name) => value => AreCertificates(value) ? null : $"{name}: no certificate in {value}";

    /// <summary>Judges <c>lua_ssl_trusted_certificate</c>.</summary>
    public static string? JudgeTrusted(string value) => SettingRules.List(value).FirstOrDefault(s => s is not System && !AreCertificates(s)) is { } bad
        ? $"lua_ssl_trusted_certificate: no certificate in {bad}" : null;

    private static string Pem(string source) => source is System ? _bundles.Where(File.Exists).Select(File.ReadAllText).FirstOrDefault(string.Empty) : CertificateSource.Read(source)!;

    private static bool AreCertificates(string value)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(CertificateSource.Read(value));
            return all.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private SslProtocols Protocols(string name) => Words(values.Required(name)).Aggregate(SslProtocols.None, (all, p) => all | _protocols[p]);

    private static string[] Words(string value) => value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
}
