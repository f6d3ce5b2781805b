using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>Questions and answers as they are on the wire (RFC 1035). What comes from outside is taken strictly or not at all.</summary>
internal static class DnsWire
{
    /// <summary>The largest name, its lengths included.</summary>
    private const int MaxName = 255;
    private const int MaxLabel = 63;
    private const int Header = 12;
    private const ushort Internet = 1;

    // More than any answer has that fits into 64 KiB with records of use.
    private const int MaxRecords = 4096;

    /// <summary>The question for a name; null when the name cannot be one.</summary>
    /// <param name="id">The number by which the answer is known.</param>
    /// <param name="name">The name.</param>
    /// <param name="type">What it is asked for.</param>
    public static byte[]? Question(ushort id, string name, DnsType type)
    {
        var labels = name.TrimEnd('.').Split('.');
        if (name.Length > MaxName - 2 || labels.Any(l => l.Length is 0 or > MaxLabel || !Ascii.IsValid(l)))
        {
            return null;
        }

        var message = new byte[Header + labels.Sum(l => l.Length + 1) + 1 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[2] = 1;                                                     // recursion desired
        message[5] = 1;                                                     // one question
        var at = Header;
        foreach (var label in labels)
        {
            message[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, message.AsSpan(at));
        }

        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 1), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at + 3), Internet);
        return message;
    }

    /// <summary>Reads the answer to a question; null when it is none.</summary>
    /// <param name="message">What came.</param>
    /// <param name="question">The question, as it was sent.</param>
    public static DnsMessage? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question)
    {
        // The same id, an answer to a standard query, and the question repeated: whoever guesses must guess all of them.
        if (message.Length < question.Length || !message[..2].SequenceEqual(question[..2]) || (message[2] & 0xf8) is not 0x80
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) is not 1 || !SameQuestion(message[Header..question.Length], question[Header..]))
        {
            return null;
        }

        var code = message[3] & 0x0f;
        if ((message[2] & 2) is not 0)
        {
            return new DnsMessage(code, true, []);
        }

        var records = new List<DnsRecord>();
        var count = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var at = question.Length;
        for (var i = 0; i < count && i < MaxRecords; i++)
        {
            if (!TryReadRecord(message, ref at, out var record))
            {
                return null;
            }

            if (record is not null)
            {
                records.Add(record);
            }
        }

        return new DnsMessage(code, false, records);
    }

    private static bool SameQuestion(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        // Lengths are below 64 and types are small, so only letters are changed by this.
        for (var i = 0; i < one.Length; i++)
        {
            if (ToLower(one[i]) != ToLower(other[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static byte ToLower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;

    private static bool TryReadRecord(ReadOnlySpan<byte> message, ref int at, out DnsRecord? record)
    {
        record = null;
        if (!TryReadName(message, ref at, out var owner) || message.Length - at < 10)
        {
            return false;
        }

        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        var isInternet = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]) is Internet;
        var ttl = BinaryPrimitives.ReadInt32BigEndian(message[(at + 4)..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
        at += 10;
        if (message.Length - at < length)
        {
            return false;
        }

        var start = at;
        at += length;
        var plain = new DnsRecord(owner, type, Math.Max(0, ttl));           // RFC 2181: one with the highest bit counts as 0
        switch (type)
        {
            case var _ when !isInternet:
                return true;
            case DnsType.A when length is 4:
            case DnsType.Aaaa when length is 16:
                record = plain with { Address = new IPAddress(message.Slice(start, length)) };
                return true;
            case DnsType.Cname:
                record = TryReadName(message, ref start, out var alias) && start == at ? plain with { Target = alias } : null;
                return record is not null;
            case DnsType.Srv when length > 6:
                var (priority, weight, port) = (Number(message, start), Number(message, start + 2), Number(message, start + 4));
                start += 6;
                record = TryReadName(message, ref start, out var target) && start == at
                    ? plain with { Priority = priority, Weight = weight, Port = port, Target = target }
                    : null;
                return record is not null;
            case DnsType.A or DnsType.Aaaa or DnsType.Srv:
                return false;
            default:
                return true;
        }
    }

    private static int Number(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);

    /// <summary>Reads a name. A pointer must lead to before the place where the name, or the part that it ends, began: so there is no way to go round in circles.</summary>
    private static bool TryReadName(ReadOnlySpan<byte> message, ref int at, out string name)
    {
        var text = new StringBuilder();
        var (place, begin, end) = (at, at, -1);
        name = string.Empty;
        while (place < message.Length)
        {
            int length = message[place];
            if (length is 0)
            {
                at = end >= 0 ? end : place + 1;
                name = text.ToString();
                return true;
            }

            if ((length & 0xc0) is 0xc0)
            {
                if (place + 1 >= message.Length)
                {
                    return false;
                }

                var target = ((length & 0x3f) << 8) | message[place + 1];
                if (target >= begin)
                {
                    return false;
                }

                end = end >= 0 ? end : place + 2;
                (place, begin) = (target, target);
                continue;
            }

            if (length > MaxLabel || place + 1 + length > message.Length || text.Length + 1 + length > MaxName)
            {
                return false;
            }

            text.Append(text.Length > 0 ? "." : "");
            foreach (var octet in message.Slice(place + 1, length))
            {
                // What cannot be in a host name is not looked up again, and never reaches a log.
                if (octet is <= (byte)' ' or (byte)'.' or >= 0x7f)
                {
                    return false;
                }

                text.Append((char)ToLower(octet));
            }

            place += 1 + length;
        }

        return false;
    }
}
