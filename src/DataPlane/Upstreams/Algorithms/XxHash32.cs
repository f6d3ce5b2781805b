using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Gateway.DataPlane.Upstreams.Algorithms;

/// <summary>The hash xxHash with 32 bits and seed 0, by which Kong's nodes and ours send the same client to the same target.</summary>
internal static class XxHash32
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;

    /// <summary>The hash of a text. Characters of header values are octets; any other text counts as its UTF-8.</summary>
    /// <param name="text">The text.</param>
    public static uint Of(string text)
    {
        Span<byte> small = stackalloc byte[256];
        var isOctets = !text.AsSpan().ContainsAnyExceptInRange('\0', '\u00ff');
        var encoding = isOctets ? Encoding.Latin1 : Encoding.UTF8;
        var length = encoding.GetByteCount(text);
        var octets = length <= small.Length ? small[..length] : new byte[length];
        encoding.GetBytes(text, octets);
        return Of(octets);
    }

    /// <summary>The hash of octets.</summary>
    /// <param name="octets">The octets.</param>
    public static uint Of(ReadOnlySpan<byte> octets)
    {
        var length = (uint)octets.Length;
        uint hash;
        if (octets.Length >= 16)
        {
            uint a = unchecked(Prime1 + Prime2), b = Prime2, c = 0, d = unchecked(0 - Prime1);
            for (; octets.Length >= 16; octets = octets[16..])
            {
                a = Round(a, octets);
                b = Round(b, octets[4..]);
                c = Round(c, octets[8..]);
                d = Round(d, octets[12..]);
            }

            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        }
        else
        {
            hash = Prime5;
        }

        hash += length;
        for (; octets.Length >= 4; octets = octets[4..])
        {
            hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(octets) * Prime3), 17) * Prime4;
        }

        foreach (var octet in octets)
        {
            hash = BitOperations.RotateLeft(hash + (octet * Prime5), 11) * Prime1;
        }

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }

    private static uint Round(uint sum, ReadOnlySpan<byte> octets) =>
        BitOperations.RotateLeft(sum + (BinaryPrimitives.ReadUInt32LittleEndian(octets) * Prime2), 13) * Prime1;
}
