using System.Buffers.Binary;
using System.Text;

namespace Gateway.DataPlane.Config;

/// <summary>Writes and reads the values of rows, and the keys that are made of their values.</summary>
/// <param name="cipher">Encrypts what is secret of them; null leaves them readable.</param>
internal sealed class RowCodec(StoreCipher? cipher)
{
    private const int StampAt = 8;
    private const int WorkspaceAt = StampAt + RowStamp.Size;
    private const int JsonAt = WorkspaceAt + 16;

    /// <summary>A row's value: when it expires (Unix seconds or 0), the stamp of what it was read from, its workspace, and its JSON.</summary>
    /// <param name="key">Where it lies.</param>
    /// <param name="row">The row.</param>
    public byte[] Value(ReadOnlySpan<byte> key, StoredRow row)
    {
        ReadOnlySpan<byte> json = cipher is null ? row.Json : cipher.Seal(key, row.Json);
        var value = new byte[JsonAt + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(value, row.Expires);
        Blinded(row.Stamp).CopyTo(value.AsSpan(StampAt));
        row.Workspace.TryWriteBytes(value.AsSpan(WorkspaceAt), bigEndian: true, out _);
        json.CopyTo(value.AsSpan(JsonAt));
        return value;
    }

    /// <summary>When the row of a value expires.</summary>
    public static long Expires(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64LittleEndian(value);

    /// <summary>The workspace of a value.</summary>
    public static Guid Workspace(ReadOnlySpan<byte> value) => new(value.Slice(WorkspaceAt, 16), bigEndian: true);

    /// <summary>Whether the row of a value was read from what a stamp tells.</summary>
    public bool HasStamp(ReadOnlySpan<byte> value, ReadOnlySpan<byte> stamp) => value.Slice(StampAt, RowStamp.Size).SequenceEqual(Blinded(stamp));

    /// <summary>The stamp of a value; zeros, which no row has, where it cannot be told any more.</summary>
    public byte[] Stamp(ReadOnlySpan<byte> value) => cipher is null ? value.Slice(StampAt, RowStamp.Size).ToArray() : new byte[RowStamp.Size];

    /// <summary>The JSON of a value.</summary>
    /// <param name="key">Where it lies.</param>
    /// <param name="value">The value.</param>
    public ReadOnlySpan<byte> Json(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => cipher is null ? value[JsonAt..] : cipher.Open(key, value[JsonAt..]);

    /// <summary>Where the id of the row lies that holds a unique value.</summary>
    public byte[] Unique(string entity, string field, Guid workspace, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        return cipher is null ? StoreKeys.Unique(entity, field, workspace, bytes) : StoreKeys.HashedUnique(entity, field, workspace, cipher.Blind(bytes));
    }

    // What a row was read from could be guessed at, and the guess be proved by its stamp.
    private ReadOnlySpan<byte> Blinded(ReadOnlySpan<byte> stamp) => cipher is null ? stamp : cipher.Blind(stamp).AsSpan(0, RowStamp.Size);
}
