using System.Security.Cryptography;
using Gateway.DataPlane.Config;
using Gateway.Entities;
using Gateway.Sync.Mtls;

namespace Gateway.DataPlane.Tls;

/// <summary>The certificates that clients are shown, by the server name they ask for.</summary>
internal sealed class CertificateTable
{
    private readonly Dictionary<string, ServerCertificate> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ServerCertificate> _byContent = new(StringComparer.Ordinal);

    /// <summary>The table without certificates.</summary>
    public static CertificateTable Empty { get; } = new();

    /// <summary>Whether a name has certificates of two kinds.</summary>
    public bool HasKinds { get; private set; }

    /// <summary>Loads the certificates of a configuration; those that did not change are taken over.</summary>
    /// <param name="entities">The configuration.</param>
    /// <param name="former">The former table.</param>
    /// <param name="staples">Whether handshakes carry what the authorities' OCSP servers say.</param>
    /// <param name="table">The table.</param>
    public static CompileResult.Failed? Compile(ConfigEntities entities, CertificateTable former, bool staples, out CertificateTable table)
    {
        table = new CertificateTable();
        var loaded = new Dictionary<Guid, ServerCertificate>();
        foreach (var certificate in entities.Certificates)
        {
            try
            {
                loaded[certificate.Id.Value] = table.Load(certificate, former, staples);
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                return new CompileResult.Failed(exception.Message, "certificates", certificate.Id.Value, "cert");
            }
        }

        foreach (var sni in entities.Snis)
        {
            if (!loaded.TryGetValue(sni.Certificate.Value, out var certificate))
            {
                return new CompileResult.Failed($"certificate {sni.Certificate} does not exist", "snis", sni.Id.Value, "certificate");
            }

            table._byName[sni.Name.TrimEnd('.')] = certificate;
            table.HasKinds |= certificate.HasKinds;
        }

        return null;
    }

    /// <summary>The certificate for a server name: exact, then by wildcards, then the one named <c>*</c>; null when there is none.</summary>
    /// <param name="name">The server name, or null when the client sent none.</param>
    public ServerCertificate? Find(string? name)
    {
        if (_byName.Count is 0)
        {
            return null;
        }

        if (!string.IsNullOrEmpty(name))
        {
            name = name.TrimEnd('.');
            if (_byName.TryGetValue(name, out var exact))
            {
                return exact;
            }

            var first = name.IndexOf('.', StringComparison.Ordinal);
            if (first > 0 && _byName.TryGetValue("*" + name[first..], out var left))
            {
                return left;
            }

            var last = name.LastIndexOf('.');
            if (last > 0 && _byName.TryGetValue(name[..last] + ".*", out var right))
            {
                return right;
            }
        }

        return _byName.GetValueOrDefault("*");
    }

    private ServerCertificate Load(Certificate certificate, CertificateTable former, bool staples)
    {
        var content = string.Concat(certificate.Cert, certificate.Key, certificate.CertAlt, certificate.KeyAlt);
        if (!former._byContent.TryGetValue(content, out var loaded))
        {
            var pair = new PemPair(certificate.Cert, certificate.Key);
            loaded = new ServerCertificate(certificate is { CertAlt: { } other, KeyAlt: { } key } ? [pair, new PemPair(other, key)] : [pair], staples);
        }

        return _byContent[content] = loaded;
    }
}
