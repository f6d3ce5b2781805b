using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

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
    public static bool IsKey(string value) => Read(value) is { } pem && KeyOf(pem) is not null;

    /// <summary>The certificate with its key; an exception when they do not belong together.</summary>
    public static X509Certificate2 Load(string certificate, string key)
    {
        using var pair = X509Certificate2.CreateFromPem(Read(certificate), KeyOf(Read(key)!)!);
        // SslStream wants a key that is not ephemeral on every platform.
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>All certificates of a bundle.</summary>
    public static X509Certificate2Collection LoadAll(string value)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(Read(value));
        return all;
    }

    private static string? KeyOf(string pem)
    {
        // EC keys are often written with their parameters before them, which the reader of pairs does not skip.
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label].EndsWith("PRIVATE KEY"))
            {
                return rest[fields.Location].ToString();
            }
        }

        return null;
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
