using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Gateway.Manager.Assets;

/// <summary>The files that browsers load, out of the assembly itself: the same in every folder, environment and entry project.</summary>
public static class EmbeddedAssets
{
    private const string Prefix = "assets/";

    private static readonly FrozenDictionary<string, Asset> _assets = Load();

    /// <summary>The address of a file, which changes with its content so that browsers may keep it for ever.</summary>
    /// <param name="path">The path inside <c>wwwroot</c>.</param>
    public static string Url(string path) => $"/assets/{path}?v={_assets[path].Version}";

    internal static Asset? Find(string path) => _assets.GetValueOrDefault(path);

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(EmbeddedAssets).Assembly;
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var path = name[Prefix.Length..].Replace('\\', '/');
            assets[path] = new Asset(ContentType(path), content);
        }

        return assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string ContentType(string path) => Path.GetExtension(path) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        _ => "application/octet-stream",
    };

    /// <summary>One file, with a compressed copy that is made when first asked for.</summary>
    internal sealed class Asset(string contentType, byte[] content)
    {
        private readonly Lazy<byte[]> _brotli = new(() => Compress(content));

        public string ContentType { get; } = contentType;

        public byte[] Content { get; } = content;

        public byte[] Brotli => _brotli.Value;

        public string Version { get; } = Convert.ToHexStringLower(SHA256.HashData(content))[..12];

        private static byte[] Compress(byte[] content)
        {
            using var target = new MemoryStream();
            using (var brotli = new BrotliStream(target, CompressionLevel.Optimal))
            {
                brotli.Write(content);
            }

            return target.ToArray();
        }
    }
}
