using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.DataPlane.Config;
using Gateway.Entities;

namespace Gateway.DataPlane.Tls;

/// <summary>The certificates that clients are shown, by the server name they ask for.</summary>
internal sealed class CertificateTable
{
    private readonly Dictionary<string, SslStreamCertificateContext> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SslStreamCertificateContext> _byContent = new(StringComparer.Ordinal);

    /// <summary>The table without certificates.</summary>
    public static CertificateTable Empty { get; } = new();

    /// <summary>Loads the certificates of a configuration; those that did not change are taken over.</summary>
    /// <param name="entities">The configuration.</param>
    /// <param name="former">The former table.</param>
    /// <param name="table">The table.</param>
    public static CompileResult.Failed? Compile(ConfigEntities entities, CertificateTable former, out CertificateTable table)
    {
        table = new CertificateTable();
        var loaded = new Dictionary<Guid, SslStreamCertificateContext>();
        foreach (var certificate in entities.Certificates)
        {
            try
            {
                loaded[certificate.Id.Value] = table.Load(certificate, former);
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                return new CompileResult.Failed(exception.Message, "certificates", certificate.Id.Value, "cert");
            }
        }

        foreach (var sni in entities.Snis)
        {
            if (!loaded.TryGetValue(sni.Certificate.Value, out var context))
            {
                return new CompileResult.Failed($"certificate {sni.Certificate} does not exist", "snis", sni.Id.Value, "certificate");
            }

            table._byName[sni.Name.TrimEnd('.')] = context;
        }

        return null;
    }

    /// <summary>The certificate for a server name: exact, then by wildcards, then the one named <c>*</c>; null when there is none.</summary>
    /// <param name="name">The server name, or null when the client sent none.</param>
    public SslStreamCertificateContext? Find(string? name)
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

    private SslStreamCertificateContext Load(Certificate certificate, CertificateTable former)
    {
        var content = certificate.Cert + certificate.Key;
        if (!former._byContent.TryGetValue(content, out var context))
        {
            context = Context(X509Certificate2.CreateFromPem(certificate.Cert, certificate.Key), certificate.Cert);
        }

        _byContent[content] = context;
        return context;
    }

    private static SslStreamCertificateContext Context(X509Certificate2 leaf, string chain)
    {
        var others = new X509Certificate2Collection();
        others.ImportFromPem(chain);
        return SslStreamCertificateContext.Create(leaf, others, offline: true);
    }
}
