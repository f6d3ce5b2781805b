using System.Security.Cryptography;
using Gateway.Entities;

namespace Gateway.DataPlane.Config;

/// <summary>Tells whether a row was read before, by the same build of the product and from the same bytes.</summary>
internal sealed class RowStamp
{
    /// <summary>The length of a stamp.</summary>
    public const int Size = 16;

    private readonly byte[] _build;

    /// <summary>Stamps for the entities of a catalog.</summary>
    /// <param name="catalog">The declared entities; another build of their assemblies may read a row otherwise.</param>
    public RowStamp(EntityCatalog catalog) => _build =
        [.. catalog.Entities.SelectMany(e => new[] { e.ClrType!.Assembly, e.GetType().Assembly }).Distinct().SelectMany(a => a.ManifestModule.ModuleVersionId.ToByteArray())];

    /// <summary>The stamp of a row.</summary>
    /// <param name="raw">The row's bytes.</param>
    public byte[] Of(ReadOnlySpan<byte> raw)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_build);
        hash.AppendData(raw);
        return hash.GetHashAndReset()[..Size];
    }
}
