using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.DataPlane.Config;

/// <summary>One checksum over everything that the store holds, in no order, from which a change is added and taken away without the rest.</summary>
/// <remarks>The sum of the SHA-256 of all entries, in four lanes. It tells damage, and is no protection against someone who means it.</remarks>
internal sealed class StoreChecksum
{
    private const int Lanes = 4;

    private readonly ulong[] _sum = new ulong[Lanes];
    private byte[] _buffer = new byte[4096];

    /// <summary>The checksum of nothing.</summary>
    public StoreChecksum()
    {
    }

    /// <summary>A checksum to go on from.</summary>
    /// <param name="written">What <see cref="Finish"/> gave.</param>
    public StoreChecksum(ReadOnlySpan<byte> written)
    {
        for (var i = 0; i < Lanes; i++)
        {
            _sum[i] = BinaryPrimitives.ReadUInt64LittleEndian(written[(i * 8)..]);
        }
    }

    /// <summary>Adds a key and its value.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(key, value, hash);
        for (var i = 0; i < Lanes; i++)
        {
            _sum[i] = unchecked(_sum[i] + BinaryPrimitives.ReadUInt64LittleEndian(hash[(i * 8)..]));
        }
    }

    /// <summary>Takes away a key and the value that it had.</summary>
    public void Remove(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(key, value, hash);
        for (var i = 0; i < Lanes; i++)
        {
            _sum[i] = unchecked(_sum[i] - BinaryPrimitives.ReadUInt64LittleEndian(hash[(i * 8)..]));
        }
    }

    /// <summary>The checksum.</summary>
    public byte[] Finish()
    {
        var written = new byte[Lanes * 8];
        for (var i = 0; i < Lanes; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(written.AsSpan(i * 8), _sum[i]);
        }

        return written;
    }

    // In one piece: the entries are small, and calls cost more than the hash itself.
    private void Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Span<byte> hash)
    {
        var length = 8 + key.Length + value.Length;
        if (_buffer.Length < length)
        {
            _buffer = new byte[length * 2];
        }

        BinaryPrimitives.WriteInt32LittleEndian(_buffer, key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(4), value.Length);
        key.CopyTo(_buffer.AsSpan(8));
        value.CopyTo(_buffer.AsSpan(8 + key.Length));
        SHA256.HashData(_buffer.AsSpan(0, length), hash);
    }
}
