using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Gateway.Hosting.ProxyProtocol;

/// <summary>The header of the PROXY protocol, with which a load balancer tells whose connection it passes on; both versions.</summary>
/// <param name="Source">The client's end; null where the balancer speaks for itself.</param>
/// <param name="Destination">The end that the client connected to.</param>
public sealed record ProxyProtocolHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    /// <summary>The longest header that is read.</summary>
    /// <remarks>Version 2 could have 64 KB of additions; balancers in use write a few hundred bytes.</remarks>
    public const int MaxLength = 4096;

    private const int MaxLine = 107;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads a header.</summary>
    /// <param name="buffer">What came so far.</param>
    /// <param name="header">The header.</param>
    /// <param name="length">How long it is.</param>
    public static OperationStatus TryRead(in ReadOnlySequence<byte> buffer, out ProxyProtocolHeader? header, out int length)
    {
        header = null;
        length = 0;
        Span<byte> bytes = stackalloc byte[(int)Math.Min(buffer.Length, MaxLength)];
        buffer.Slice(0, bytes.Length).CopyTo(bytes);
        if (bytes.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        return bytes[0] is (byte)'P' ? TryReadLine(bytes, out header, out length) : TryReadBinary(bytes, out header, out length);
    }

    private static OperationStatus TryReadLine(ReadOnlySpan<byte> bytes, out ProxyProtocolHeader? header, out int length)
    {
        header = null;
        var end = bytes.IndexOf("\r\n"u8);
        length = end + 2;
        if (end < 0)
        {
            return bytes.Length < MaxLine && Begins(bytes, "PROXY "u8) ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        }

        if (end > MaxLine)
        {
            return OperationStatus.InvalidData;
        }

        var words = Encoding.ASCII.GetString(bytes[..end]).Split(' ');
        if (words is ["PROXY", "UNKNOWN", ..])
        {
            header = new ProxyProtocolHeader(null, null);
            return OperationStatus.Done;
        }

        if (words is not ["PROXY", "TCP4" or "TCP6", var from, var to, var fromPort, var toPort]
            || !IPAddress.TryParse(from, out var source) || !IPAddress.TryParse(to, out var destination)
            || !ushort.TryParse(fromPort, NumberStyles.None, CultureInfo.InvariantCulture, out var sourcePort)
            || !ushort.TryParse(toPort, NumberStyles.None, CultureInfo.InvariantCulture, out var destinationPort))
        {
            return OperationStatus.InvalidData;
        }

        header = new ProxyProtocolHeader(new IPEndPoint(source, sourcePort), new IPEndPoint(destination, destinationPort));
        return OperationStatus.Done;
    }

    private static OperationStatus TryReadBinary(ReadOnlySpan<byte> bytes, out ProxyProtocolHeader? header, out int length)
    {
        header = null;
        length = 0;
        if (!Begins(bytes, Signature))
        {
            return OperationStatus.InvalidData;
        }

        if (bytes.Length < 16)
        {
            return OperationStatus.NeedMoreData;
        }

        length = 16 + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (length > MaxLength || bytes[12] is not (0x20 or 0x21))
        {
            return OperationStatus.InvalidData;
        }

        if (bytes.Length < length)
        {
            return OperationStatus.NeedMoreData;
        }

        var addresses = bytes[16..length];
        var size = (bytes[13] >> 4) switch { 1 => 4, 2 => 16, _ => 0 };
        if (bytes[12] is 0x20 || size is 0)
        {
            header = new ProxyProtocolHeader(null, null);
            return OperationStatus.Done;
        }

        if (addresses.Length < (size * 2) + 4)
        {
            return OperationStatus.InvalidData;
        }

        header = new ProxyProtocolHeader(
            new IPEndPoint(new IPAddress(addresses[..size]), BinaryPrimitives.ReadUInt16BigEndian(addresses[(size * 2)..])),
            new IPEndPoint(new IPAddress(addresses[size..(size * 2)]), BinaryPrimitives.ReadUInt16BigEndian(addresses[((size * 2) + 2)..])));
        return OperationStatus.Done;
    }

    private static bool Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start) =>
        bytes[..Math.Min(bytes.Length, start.Length)].SequenceEqual(start[..Math.Min(bytes.Length, start.Length)]);
}
