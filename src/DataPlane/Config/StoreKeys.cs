using System.Security.Cryptography;
using System.Text;
using Gateway.DataPlane.Config.Lmdb;

namespace Gateway.DataPlane.Config;

/// <summary>The keys under which rows and their indexes lie in the store.</summary>
internal static class StoreKeys
{
    private const byte Separator = (byte)'|';

    /// <summary>Where a row lies: collection and id.</summary>
    public static byte[] Row(string entity, Guid id) => Join(16, out var at, entity).With(id, at);

    /// <summary>Where the rows of a collection begin.</summary>
    public static byte[] Rows(string entity) => Join(0, out _, entity);

    /// <summary>Where the id of the row lies that holds a unique value; a value too long for a key stands there as its SHA-256.</summary>
    public static byte[] Unique(string entity, string field, Guid workspace, ReadOnlySpan<byte> value)
    {
        var fits = Join(17 + value.Length, out var at, entity, field);
        if (fits.Length > LmdbTransaction.MaxKey)
        {
            return HashedUnique(entity, field, workspace, SHA256.HashData(value));
        }

        fits.With(workspace, at)[at + 16] = (byte)'=';
        value.CopyTo(fits.AsSpan(at + 17));
        return fits;
    }

    /// <summary>Where the id of the row lies that holds a unique value, of which a hash stands in its place.</summary>
    public static byte[] HashedUnique(string entity, string field, Guid workspace, ReadOnlySpan<byte> hash)
    {
        var key = Join(17 + hash.Length, out var at, entity, field).With(workspace, at);
        key[at + 16] = (byte)'#';
        hash.CopyTo(key.AsSpan(at + 17));
        return key;
    }

    /// <summary>Says that a row refers to another.</summary>
    public static byte[] Foreign(string entity, string field, Guid target, Guid id) => Join(32, out var at, entity, field).With(target, at).With(id, at + 16);

    /// <summary>Where the rows that refer to another begin.</summary>
    public static byte[] Foreigns(string entity, string field, Guid target) => Join(16, out var at, entity, field).With(target, at);

    /// <summary>The collection of the row that lies under a key.</summary>
    public static string Entity(ReadOnlySpan<byte> key) => Encoding.UTF8.GetString(key[..^17]);

    /// <summary>The id at the end of a key.</summary>
    public static Guid LastId(ReadOnlySpan<byte> key) => new(key[^16..], bigEndian: true);

    private static byte[] Join(int rest, out int at, params ReadOnlySpan<string> names)
    {
        at = 0;
        foreach (var name in names)
        {
            at += Encoding.UTF8.GetByteCount(name) + 1;
        }

        var key = new byte[at + rest];
        var written = 0;
        foreach (var name in names)
        {
            written += Encoding.UTF8.GetBytes(name, key.AsSpan(written));
            key[written++] = Separator;
        }

        return key;
    }

    private static byte[] With(this byte[] key, Guid id, int at)
    {
        id.TryWriteBytes(key.AsSpan(at), bigEndian: true, out _);
        return key;
    }
}
