using System.Buffers;
using Snappier;

namespace Gateway.Sync.Rpc;

/// <summary>JSON that is compressed once and then sent to many: the elements of a Snappy block without its length.</summary>
/// <param name="Length">How many bytes it is when unpacked.</param>
/// <param name="Elements">The compressed bytes.</param>
public sealed record PackedJson(int Length, ReadOnlyMemory<byte> Elements)
{
    /// <summary>Compresses JSON.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    public static PackedJson Of(ReadOnlySpan<byte> json)
    {
        var block = Snappy.CompressToArray(json);
        return new PackedJson(json.Length, block.AsMemory(SnappyBlock.LengthSize(block)));
    }

    /// <summary>The JSON itself.</summary>
    public byte[] Unpack() => SnappyBlock.Unpack([.. SnappyBlock.Head([], this, []), .. Elements.Span], Length)!;
}

/// <summary>The frames of the remote calls: single Snappy blocks, whatever the name <c>x-snappy-framed</c> says.</summary>
/// <remarks>
/// A block is its unpacked length and then elements that look back only on what stands before them. So blocks can be put together from parts that
/// were compressed by themselves, and a large answer is compressed once for all who get it.
/// </remarks>
public static class SnappyBlock
{
    /// <summary>How the encoding is called in the introduction.</summary>
    public const string Encoding = "x-snappy-framed";

    private const int MaxVarint = 5;

    /// <summary>Compresses a message.</summary>
    /// <param name="message">Its bytes.</param>
    public static byte[] Pack(ReadOnlySpan<byte> message) => Snappy.CompressToArray(message);

    /// <summary>The beginning of the block of a message whose middle is compressed already.</summary>
    /// <param name="before">What stands before the middle.</param>
    /// <param name="middle">The middle.</param>
    /// <param name="after">What stands after it.</param>
    public static byte[] Head(ReadOnlySpan<byte> before, PackedJson middle, ReadOnlySpan<byte> after)
    {
        var buffer = new ArrayBufferWriter<byte>(before.Length + MaxVarint + 4);
        var length = (uint)(before.Length + middle.Length + after.Length);
        for (; length >= 0x80; length >>= 7)
        {
            buffer.Write([(byte)(length | 0x80)]);
        }

        buffer.Write([(byte)length]);
        buffer.Write(Literal(before));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An element that stands for itself.</summary>
    /// <param name="bytes">At most 256 bytes.</param>
    public static byte[] Literal(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, 256);
        return bytes.Length is 0 ? [] : bytes.Length <= 60 ? [(byte)((bytes.Length - 1) << 2), .. bytes] : [60 << 2, (byte)(bytes.Length - 1), .. bytes];
    }

    /// <summary>Unpacks a message; null when it is no block, or larger than allowed.</summary>
    /// <param name="block">The block.</param>
    /// <param name="maxLength">The largest message accepted, in bytes.</param>
    public static byte[]? Unpack(ReadOnlySpan<byte> block, int maxLength)
    {
        try
        {
            // Before anything is allocated: the length is the peer's claim.
            var length = block.IsEmpty ? -1 : Snappy.GetUncompressedLength(block);
            if (length < 0 || length > maxLength)
            {
                return null;
            }

            var message = GC.AllocateUninitializedArray<byte>(length);
            return Snappy.Decompress(block, message) == length ? message : null;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            return null;
        }
    }

    internal static int LengthSize(ReadOnlySpan<byte> block)
    {
        var size = 1;
        while (block[size - 1] >= 0x80)
        {
            size++;
        }

        return size;
    }
}
