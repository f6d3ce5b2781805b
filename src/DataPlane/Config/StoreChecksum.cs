using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.DataPlane.Config;

/// <summary>One SHA-256 over everything that the store holds, in the order of its keys.</summary>
internal sealed class StoreChecksum : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    // The pieces are small, and a call for each would cost more than the hash itself.
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _filled;

    /// <summary>Adds a key and its value.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> lengths = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(lengths, key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(lengths[4..], value.Length);
        Add(lengths);
        Add(key);
        Add(value);
    }

    /// <summary>The checksum of what was added.</summary>
    public byte[] Finish()
    {
        Flush();
        return _hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (_filled + bytes.Length > _buffer.Length)
        {
            Flush();
        }

        if (bytes.Length > _buffer.Length)
        {
            _hash.AppendData(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_filled));
        _filled += bytes.Length;
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _filled);
        _filled = 0;
    }
}
