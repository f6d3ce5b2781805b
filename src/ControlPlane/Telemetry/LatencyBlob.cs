using System.Buffers;
using Gateway.Sync.Telemetry;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Latencies as a row keeps them: for every bucket that is not empty its distance from the one before and its count, seven bits an octet.</summary>
internal static class LatencyBlob
{
    /// <summary>Writes counts per bucket of <see cref="LatencyBuckets"/>.</summary>
    public static byte[] Write(ReadOnlySpan<long> counts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var last = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
            {
                Write(buffer, (ulong)(i - last));
                Write(buffer, (ulong)counts[i]);
                last = i;
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what was written, as <see cref="PackedCounts"/>; a blob that ends too early gives what it has.</summary>
    public static IReadOnlyList<long> Read(ReadOnlySpan<byte> blob)
    {
        var packed = new List<long>();
        var bucket = 0L;
        while (TryRead(ref blob, out var distance) && TryRead(ref blob, out var count))
        {
            bucket += (long)distance;
            packed.Add(bucket);
            packed.Add((long)count);
        }

        return packed;
    }

    private static void Write(ArrayBufferWriter<byte> buffer, ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        buffer.Advance(length);
    }

    private static bool TryRead(ref ReadOnlySpan<byte> blob, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && blob.Length > 0; shift += 7)
        {
            var octet = blob[0];
            blob = blob[1..];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
