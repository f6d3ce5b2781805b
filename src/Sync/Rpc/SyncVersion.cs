using System.Globalization;

namespace Gateway.Sync.Rpc;

/// <summary>
/// A version of the configuration as the second protocol writes it: <c>v02_</c> and 28 hexadecimal digits, so that the order of the texts is that of the versions.
/// </summary>
/// <remarks>
/// The digits are 14 of <see cref="Transaction"/>, 6 of <see cref="Pending"/> and 8 of <see cref="Cluster"/>. Every control plane of a database makes the same version of
/// the same content, and one of another database never takes a version for its own.
/// </remarks>
/// <param name="Transaction">The newest transaction up to which all changes are in the configuration (PostgreSQL's 64-bit id).</param>
/// <param name="Pending">How many later changes are in it too, while an older transaction is still open.</param>
/// <param name="Cluster">Tells databases apart.</param>
public readonly record struct SyncVersion(ulong Transaction, int Pending, uint Cluster)
{
    /// <summary>What a version begins with.</summary>
    public const string Prefix = "v02_";

    /// <summary>Whether a text is a version of the second protocol, be it of this product or another.</summary>
    /// <param name="text">The text.</param>
    public static bool IsVersion(string? text) => text?.Length is 32 && text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads a version that this product wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="version">The version.</param>
    public static bool TryParse(string? text, out SyncVersion version)
    {
        version = default;
        if (!IsVersion(text)
            || !ulong.TryParse(text.AsSpan(4, 14), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var transaction)
            || !int.TryParse(text.AsSpan(18, 6), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var pending)
            || !uint.TryParse(text.AsSpan(24, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var cluster))
        {
            return false;
        }

        version = new SyncVersion(transaction, pending, cluster);
        return true;
    }

    /// <summary>Below zero when this version is older than another of the same database, above when it is newer.</summary>
    /// <param name="other">The other.</param>
    public int CompareOrder(SyncVersion other) => Transaction != other.Transaction ? Transaction.CompareTo(other.Transaction) : Pending.CompareTo(other.Pending);

    /// <summary>The version as planes of 3.9 write it, which count: a number that grows with it, and differs from that of most other databases.</summary>
    public long Count => ((long)(Transaction & 0x1ffffffff) << 20) | ((long)(Pending & 0xff) << 12) | (Cluster & 0xfff);

    /// <summary>The text on the wire.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Transaction:x14}{Pending & 0xffffff:x6}{Cluster:x8}");
}
