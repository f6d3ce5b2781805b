using System.Net.Security;
using System.Security.Authentication;
using static System.Net.Security.TlsCipherSuite;

namespace Gateway.DataPlane.Tls;

/// <summary>Cipher suites by the names that OpenSSL and the registry of IANA have for them.</summary>
public static class CipherSuites
{
    // In the order of preference: forward secrecy first, authenticated encryption first.
    private static readonly (string Name, TlsCipherSuite Suite)[] _known =
    [
        ("TLS_AES_256_GCM_SHA384", TLS_AES_256_GCM_SHA384),
        ("TLS_CHACHA20_POLY1305_SHA256", TLS_CHACHA20_POLY1305_SHA256),
        ("TLS_AES_128_GCM_SHA256", TLS_AES_128_GCM_SHA256),
        ("ECDHE-ECDSA-AES128-GCM-SHA256", TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
        ("ECDHE-RSA-AES128-GCM-SHA256", TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256),
        ("ECDHE-ECDSA-AES256-GCM-SHA384", TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
        ("ECDHE-RSA-AES256-GCM-SHA384", TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256),
        ("ECDHE-RSA-CHACHA20-POLY1305", TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
        ("DHE-RSA-AES128-GCM-SHA256", TLS_DHE_RSA_WITH_AES_128_GCM_SHA256),
        ("DHE-RSA-AES256-GCM-SHA384", TLS_DHE_RSA_WITH_AES_256_GCM_SHA384),
        ("DHE-RSA-CHACHA20-POLY1305", TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256),
        ("ECDHE-ECDSA-AES128-SHA256", TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256),
        ("ECDHE-RSA-AES128-SHA256", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256),
        ("ECDHE-ECDSA-AES256-SHA384", TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384),
        ("ECDHE-RSA-AES256-SHA384", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384),
        ("ECDHE-ECDSA-AES128-SHA", TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA),
        ("ECDHE-RSA-AES128-SHA", TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA),
        ("ECDHE-ECDSA-AES256-SHA", TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA),
        ("ECDHE-RSA-AES256-SHA", TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA),
        ("DHE-RSA-AES128-SHA256", TLS_DHE_RSA_WITH_AES_128_CBC_SHA256),
        ("DHE-RSA-AES256-SHA256", TLS_DHE_RSA_WITH_AES_256_CBC_SHA256),
        ("AES128-GCM-SHA256", TLS_RSA_WITH_AES_128_GCM_SHA256),
        ("AES256-GCM-SHA384", TLS_RSA_WITH_AES_256_GCM_SHA384),
        ("AES128-SHA256", TLS_RSA_WITH_AES_128_CBC_SHA256),
        ("AES256-SHA256", TLS_RSA_WITH_AES_256_CBC_SHA256),
        ("AES128-SHA", TLS_RSA_WITH_AES_128_CBC_SHA),
        ("AES256-SHA", TLS_RSA_WITH_AES_256_CBC_SHA),
    ];

    private static readonly string[] _everything = ["ALL", "DEFAULT", "HIGH", "COMPLEMENTOFDEFAULT"];

    private static readonly Dictionary<string, TlsCipherSuite> _byName = new(
        _known.Select(k => KeyValuePair.Create(k.Name, k.Suite)).Concat(_known.Select(k => KeyValuePair.Create(k.Suite.ToString(), k.Suite))).DistinctBy(p => p.Key, StringComparer.OrdinalIgnoreCase),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>OpenSSL's name of a suite, which logs tell as nginx does.</summary>
    /// <param name="suite">The suite.</param>
    public static string NameOf(TlsCipherSuite suite) => Array.Find(_known, k => k.Suite == suite).Name ?? suite.ToString();

    /// <summary>OpenSSL's name of a version.</summary>
    /// <param name="version">The version.</param>
    public static string NameOf(SslProtocols version) => version switch
    {
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
#pragma warning disable SYSLIB0039, CA5397 // Whether they are spoken is not decided here.
        SslProtocols.Tls11 => "TLSv1.1",
        SslProtocols.Tls => "TLSv1",
#pragma warning restore SYSLIB0039, CA5397
        _ => version.ToString(),
    };

    /// <summary>
    /// Reads a list in OpenSSL's form: names between colons, commas or spaces, <c>ALL</c> or <c>HIGH</c> for all that are known, and <c>!</c> before what is left out. What begins with
    /// <c>!</c> and is not known here, such as <c>!aNULL</c>, is left out already. The suites of TLS 1.3 are always among them, as they are with OpenSSL.
    /// </summary>
    /// <param name="text">The list.</param>
    /// <param name="suites">The suites in their order.</param>
    /// <returns>The first word that names no suite, or null.</returns>
    public static string? TryParse(string text, out IReadOnlyList<TlsCipherSuite> suites)
    {
        var chosen = _known.Select(k => k.Suite).Where(s => s.ToString().StartsWith("TLS_AES", StringComparison.Ordinal) || s is TLS_CHACHA20_POLY1305_SHA256).ToList();
        suites = chosen;
        foreach (var word in text.Split([':', ',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[0] is '!' or '-')
            {
                if (_byName.TryGetValue(word[1..], out var unwanted))
                {
                    chosen.Remove(unwanted);
                }
            }
            else if (_everything.Contains(word, StringComparer.OrdinalIgnoreCase))
            {
                chosen.AddRange(_known.Select(k => k.Suite).Except(chosen));
            }
            else if (_byName.TryGetValue(word, out var suite))
            {
                chosen.Remove(suite);
                chosen.Add(suite);
            }
            else
            {
                return word;
            }
        }

        return null;
    }
}
