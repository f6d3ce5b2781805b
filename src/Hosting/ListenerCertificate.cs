using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Hosting;

/// <summary>The certificate of TLS listeners that were given none: made by the node, kept in a folder, made again before it ends.</summary>
public static class ListenerCertificate
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Loads the folder's certificate, or makes one that is valid for a year.</summary>
    /// <param name="folder">Where the pair is kept; made when it is not there.</param>
    /// <param name="time">The clock.</param>
    public static X509Certificate2 LoadOrCreate(string folder, TimeProvider time)
    {
        var (certificatePath, keyPath) = (Path.Combine(folder, "kong-default.crt"), Path.Combine(folder, "kong-default.key"));
        if (File.Exists(certificatePath) && File.Exists(keyPath) && TryLoad(certificatePath, keyPath) is { } known)
        {
            if (known.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime.AddDays(1))
            {
                return known;
            }

            known.Dispose();
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request(key).CreateSelfSigned(time.GetUtcNow().AddMinutes(-5), time.GetUtcNow().AddDays(365));
        Directory.CreateDirectory(folder);
        Write(keyPath, key.ExportPkcs8PrivateKeyPem());
        Write(certificatePath, certificate.ExportCertificatePem());
        return TryLoad(certificatePath, keyPath) ?? throw new IOException($"The certificate in {folder} cannot be read back.");
    }

    private static CertificateRequest Request(ECDsa key)
    {
        var request = new CertificateRequest("CN=localhost, O=Kong, OU=default certificate", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return request;
    }

    private static X509Certificate2? TryLoad(string certificatePath, string keyPath)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            // A key that came from PEM is ephemeral, which not every TLS stack takes.
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static void Write(string path, string text)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var writer = new StreamWriter(new FileStream(path, options));
        writer.Write(text + "\n");
    }
}
