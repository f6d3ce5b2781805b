using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gateway.DataPlane.Config.Lmdb;

namespace Gateway.DataPlane.Config;

/// <summary>The keys under which rows and their indexes lie in the store.</summary>
internal static class StoreKeys
{
    private const byte Separator = (byte)'|';
    private const int StampAt = 8;
    private const int WorkspaceAt = StampAt + RowStamp.Size;
    private const int JsonAt = WorkspaceAt + 16;

    /// <summary>Where a row lies: collection and id.</summary>
    public static byte[] Row(string entity, Guid id) => Join(16, out var at, entity).With(id, at);

    /// <summary>Where the rows of a collection begin.</summary>
    public static byte[] Rows(string entity) => Join(0, out _, entity);

    /// <summary>Where the id of the row lies that holds a unique value; a value too long for a key stands there as its SHA-256.</summary>
    public static byte[] Unique(string entity, string field, Guid workspace, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var fits = Join(17 + bytes.Length, out var at, entity, field);
        if (fits.Length <= LmdbTransaction.MaxKey)
        {
            fits.With(workspace, at)[at + 16] = (byte)'=';
            bytes.CopyTo(fits, at + 17);
            return fits;
        }

        var hashed = Join(17 + SHA256.HashSizeInBytes, out at, entity, field).With(workspace, at);
        hashed[at + 16] = (byte)'#';
        SHA256.HashData(bytes, hashed.AsSpan(at + 17));
        return hashed;
    }

    /// <summary>Says that a row refers to another.</summary>
    public static byte[] Foreign(string entity, string field, Guid target, Guid id) => Join(32, out var at, entity, field).With(target, at).With(id, at + 16);

    /// <summary>Where the rows that refer to another begin.</summary>
    public static byte[] Foreigns(string entity, string field, Guid target) => Join(16, out var at, entity, field).With(target, at);

    /// <summary>The id at the end of a key.</summary>
    public static Guid LastId(ReadOnlySpan<byte> key) => new(key[^16..], bigEndian: true);

    /// <summary>A row's value: when it expires (Unix seconds or 0), the stamp of what it was read from, its workspace, and its JSON.</summary>
    public static byte[] Value(StoredRow row)
    {
        var value = new byte[JsonAt + row.Json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(value, row.Expires);
        row.Stamp.CopyTo(value, StampAt);
        row.Workspace.TryWriteBytes(value.AsSpan(WorkspaceAt), bigEndian: true, out _);
        row.Json.CopyTo(value, JsonAt);
        return value;
    }

    /// <summary>When the row of a value expires.</summary>
    public static long Expires(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64LittleEndian(value);

    /// <summary>What the row of a value was read from.</summary>
    public static ReadOnlySpan<byte> Stamp(ReadOnlySpan<byte> value) => value.Slice(StampAt, RowStamp.Size);

    /// <summary>The workspace of a value.</summary>
    public static Guid Workspace(ReadOnlySpan<byte> value) => new(value.Slice(WorkspaceAt, 16), bigEndian: true);

    /// <summary>The JSON of a value.</summary>
    public static ReadOnlySpan<byte> Json(ReadOnlySpan<byte> value) => value[JsonAt..];

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
