using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gateway.DataPlane.Streams;

/// <summary>Reads the server name out of the first message of a TLS handshake (RFC 8446, 4.1.2 and RFC 6066, 3), of which nothing is consumed.</summary>
internal static class ClientHello
{
    /// <summary>How many octets may come before the message must be whole.</summary>
    /// <remarks>Clients in use send 200 octets to 2 KB, those with keys against quantum computers up to 4 KB.</remarks>
    public const int MaxLength = 16 * 1024;

    private const int RecordHeader = 5;
    private const int MaxRecord = 16 * 1024;
    private const int MaxName = 255;

    /// <summary>Reads the message, which records may carry in pieces of any size.</summary>
    /// <param name="octets">What came so far.</param>
    /// <param name="serverName">The server name, in lower case and without a dot at its end; null when the client asks for none.</param>
    public static OperationStatus TryRead(ReadOnlySpan<byte> octets, out string? serverName)
    {
        serverName = null;
        if (IsShort(octets))
        {
            return OperationStatus.NeedMoreData;
        }

        var message = new byte[Math.Min(octets.Length, MaxLength)];
        var length = 0;
        while (true)
        {
            var status = TakeRecord(ref octets, message, ref length);
            if (status is OperationStatus.InvalidData)
            {
                return status;
            }

            if (length >= 1 && message[0] is not 1)
            {
                return OperationStatus.InvalidData;             // something else than a ClientHello
            }

            if (length >= 4)
            {
                var wanted = (message[1] << 16) | (message[2] << 8) | message[3];
                if (wanted > MaxLength)
                {
                    return OperationStatus.InvalidData;
                }

                if (length >= 4 + wanted)
                {
                    return TryReadBody(new Fields(message.AsSpan(4, wanted)), out serverName) ? OperationStatus.Done : OperationStatus.InvalidData;
                }
            }

            if (status is OperationStatus.NeedMoreData)
            {
                return status;
            }
        }
    }

    /// <summary>Whether the length of the message says that it is not whole, so that one who sends octet by octet costs no more than others.</summary>
    private static bool IsShort(ReadOnlySpan<byte> octets) => octets.Length > RecordHeader + 3
        && octets is [22, 3, ..] && BinaryPrimitives.ReadUInt16BigEndian(octets[3..]) is >= 4 and <= MaxRecord && octets[RecordHeader] is 1
        && ((octets[6] << 16) | (octets[7] << 8) | octets[8]) is <= MaxLength and var wanted && octets.Length < RecordHeader + 4 + wanted;

    /// <summary>Takes what is there of the next record of the handshake.</summary>
    private static OperationStatus TakeRecord(ref ReadOnlySpan<byte> octets, byte[] message, ref int length)
    {
        // 22 is a handshake; all versions in use call themselves 3.x here.
        if ((octets.Length > 0 && octets[0] is not 22) || (octets.Length > 1 && octets[1] is not 3))
        {
            return OperationStatus.InvalidData;
        }

        if (octets.Length < RecordHeader)
        {
            return OperationStatus.NeedMoreData;
        }

        var size = BinaryPrimitives.ReadUInt16BigEndian(octets[3..]);
        if (size is 0 or > MaxRecord)
        {
            return OperationStatus.InvalidData;
        }

        var isWhole = octets.Length >= RecordHeader + size;
        var part = octets.Slice(RecordHeader, isWhole ? size : octets.Length - RecordHeader);
        part.CopyTo(message.AsSpan(length));
        length += part.Length;
        octets = octets[(RecordHeader + part.Length)..];
        return isWhole ? OperationStatus.Done : OperationStatus.NeedMoreData;
    }

    private static bool TryReadBody(Fields body, out string? serverName)
    {
        serverName = null;
        if (!body.TrySkip(2 + 32)                                                               // version, random
            || !body.TryTake(1, out var session) || session.Length > 32
            || !body.TryTake(2, out var suites) || suites.Length < 2 || suites.Length % 2 is 1
            || !body.TryTake(1, out var compressions) || compressions.IsEmpty)
        {
            return false;
        }

        if (body.IsEmpty)
        {
            return true;                                                                        // TLS 1.2 without extensions
        }

        if (!body.TryTake(2, out var list) || !body.IsEmpty)
        {
            return false;
        }

        var extensions = new Fields(list);
        var isNamed = false;
        while (!extensions.IsEmpty)
        {
            if (!extensions.TryTakeNumber(out var type) || !extensions.TryTake(2, out var content))
            {
                return false;
            }

            if (type is 0 && (isNamed || !TryReadName(new Fields(content), out serverName)))
            {
                return false;
            }

            isNamed |= type is 0;
        }

        return true;
    }

    private static bool TryReadName(Fields extension, out string? name)
    {
        name = null;
        if (!extension.TryTake(2, out var list) || list.IsEmpty || !extension.IsEmpty)
        {
            return false;
        }

        // There is one type of name; a list with two of it, or with another, is nothing that a client in use sends.
        var names = new Fields(list);
        if (!names.TryTakeOctet(out var type) || type is not 0 || !names.TryTake(2, out var host) || !names.IsEmpty || host.Length is 0 or > MaxName)
        {
            return false;
        }

        foreach (var octet in host)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet is not ((byte)'-' or (byte)'.' or (byte)'_' or (byte)':'))
            {
                return false;
            }
        }

        name = Encoding.ASCII.GetString(host).TrimEnd('.').ToLowerInvariant();
        return name.Length > 0;
    }

    /// <summary>Takes a message apart from its start.</summary>
    private ref struct Fields(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public readonly bool IsEmpty => _rest.IsEmpty;

        public bool TrySkip(int count)
        {
            var isThere = _rest.Length >= count;
            _rest = isThere ? _rest[count..] : _rest;
            return isThere;
        }

        public bool TryTakeOctet(out int number)
        {
            number = _rest.IsEmpty ? 0 : _rest[0];
            return TrySkip(1);
        }

        public bool TryTakeNumber(out int number) => BinaryPrimitives.TryReadUInt16BigEndian(_rest, out var read) & TrySkip(2) & (number = read) >= 0;

        /// <summary>Takes a vector, before which its length stands in one or two octets.</summary>
        public bool TryTake(int prefix, out ReadOnlySpan<byte> vector)
        {
            vector = default;
            if (_rest.Length < prefix)
            {
                return false;
            }

            var length = prefix is 1 ? _rest[0] : BinaryPrimitives.ReadUInt16BigEndian(_rest);
            if (_rest.Length < prefix + length)
            {
                return false;
            }

            vector = _rest.Slice(prefix, length);
            return TrySkip(prefix + length);
        }
    }
}
