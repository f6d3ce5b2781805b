using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Hosting;
using Gateway.Sync.Mtls;

namespace Gateway.Kong.Settings;

/// <summary>Reads a certificate or a key that a setting gives as a path, as PEM text, or as base64 of PEM text.</summary>
internal static class CertificateSource
{
    /// <summary>The PEM text behind the setting, or null when there is none.</summary>
    public static string? Read(string value)
    {
        if (value.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            // A compose file or a shell may have written the line breaks as \n.
            return value.Replace("\\n", "\n", StringComparison.Ordinal);
        }

        try
        {
            if (File.Exists(value))
            {
                return File.ReadAllText(value);
            }

            var text = Encoding.UTF8.GetString(Convert.FromBase64String(value));
            return text.Contains("-----BEGIN", StringComparison.Ordinal) ? text : null;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the setting leads to a certificate.</summary>
    public static bool IsCertificate(string value) => Try(() => X509Certificate2.CreateFromPem(Read(value)).Dispose());

    /// <summary>Whether the setting leads to a private key.</summary>
    public static bool IsKey(string value) => Read(value) is { } pem && PemPair.KeyOf(pem) is not null;

    /// <summary>The certificate with its key; an exception when they do not belong together.</summary>
    public static X509Certificate2 Load(string certificate, string key) => PemPair.Load(Read(certificate)!, Read(key)!);

    /// <summary>The certificate with its key, and those that stand behind it in its text.</summary>
    public static ChainedCertificate LoadChained(string certificate, string key)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(Read(certificate));
        return new ChainedCertificate(Load(certificate, key), [.. all.Skip(1)]);
    }

    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
