using System.Buffers.Binary;

namespace Gateway.DataPlane.Proxy;

/// <summary>Makes request ids: 32 lower-case hex digits.</summary>
internal static class RequestId
{
    /// <summary>The next one. It tells requests apart and protects nothing, so the fast random source will do.</summary>
    public static string Next() => string.Create(32, 0, static (text, _) =>
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Random.Shared.NextInt64(long.MinValue, long.MaxValue));
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Random.Shared.NextInt64(long.MinValue, long.MaxValue));
        Convert.TryToHexStringLower(bytes, text, out var _);
    });
}
