using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Kong.Clustering;

/// <summary>The self-signed certificate by which the planes of a cluster know each other.</summary>
internal static class ClusterCertificate
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a new pair; neither file may exist.</summary>
    public static void Generate(string certificatePath, string keyPath, int days, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=kong_clustering", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now, now.AddDays(days));
        // The key first: a certificate without its key would look like a finished pair.
        Write(keyPath, key.ExportPkcs8PrivateKeyPem(), OwnerOnly);
        Write(certificatePath, certificate.ExportCertificatePem(), OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private static void Write(string path, string text, UnixFileMode mode)
    {
        // The mode is set as the file is made, so that no one can read the key in between.
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
        // The process' umask may have taken bits away that were asked for.
        File.SetUnixFileMode(file.SafeFileHandle, mode);
        using var writer = new StreamWriter(file);
        writer.Write(text + "\n");
    }
}
