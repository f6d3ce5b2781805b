using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gateway.DataPlane.Routing;

/// <summary>The normal form of request paths, and the escaped form in which they go upstream.</summary>
internal static class RequestPath
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static readonly SearchValues<char> _plain = SearchValues.Create(Letters + "!\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~");
    private static readonly SearchValues<char> _sendable = SearchValues.Create(Letters + "!#$&'()*+,/:;=?@[]-_.~%");
    private static readonly SearchValues<byte> _reserved = SearchValues.Create("!*'();:@&=+$,/?%#[]"u8);

    /// <summary>
    /// Decodes what need not be encoded, then removes dot segments, then merges slashes: the order in which Kong does it.
    /// A path that is normal already is returned as it is, without an allocation.
    /// </summary>
    /// <param name="path">The path as the client sent it.</param>
    public static string Normalize(string path) => IsNormal(path) ? path : Rewrite(path);

    /// <summary>Percent-encodes what may not stand in a request line.</summary>
    /// <param name="path">A normalised path.</param>
    public static string Escape(string path)
    {
        var first = path.AsSpan().IndexOfAnyExcept(_sendable);
        if (first < 0)
        {
            return path;
        }

        var text = new StringBuilder(path.Length + 16).Append(path, 0, first);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in path.AsSpan(first).EnumerateRunes())
        {
            if (rune.IsAscii && _sendable.Contains((char)rune.Value))
            {
                text.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in bytes[..rune.EncodeToUtf8(bytes)])
            {
                Hex(text, octet);
            }
        }

        return text.ToString();
    }

    private static bool IsNormal(ReadOnlySpan<char> path) =>
        path.IsEmpty || (path[0] is '/' && !path.ContainsAnyExcept(_plain) && path.IndexOf("//") < 0 && path.IndexOf("/.") < 0);

    private static string Rewrite(string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(path.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(path, buffer);
            length = Unescape(buffer.AsSpan(0, length));
            length = RemoveDotSegments(buffer.AsSpan(0, length));
            length = MergeSlashes(buffer.AsSpan(0, length));
            return Text(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Unescape(Span<byte> path)
    {
        var to = 0;
        for (var from = 0; from < path.Length; from++)
        {
            if (path[from] is not (byte)'%' || from + 2 >= path.Length || !TryHex(path[from + 1], path[from + 2], out var octet))
            {
                path[to++] = path[from];
                continue;
            }

            if (_reserved.Contains(octet))
            {
                path[to++] = (byte)'%';
                path[to++] = Upper(path[from + 1]);
                path[to++] = Upper(path[from + 2]);
            }
            else
            {
                path[to++] = octet;
            }

            from += 2;
        }

        return to;
    }

    private static int RemoveDotSegments(Span<byte> path)
    {
        var to = 0;
        var from = 0;
        while (from < path.Length)
        {
            // A segment is what stands between its slash and the next one; the first may lack its slash.
            var start = path[from] is (byte)'/' ? from + 1 : from;
            var end = start + path[start..].IndexOf((byte)'/');
            end = end < start ? path.Length : end;
            var segment = path[start..end];
            if (segment.SequenceEqual(".."u8))
            {
                to = Math.Max(path[..to].LastIndexOf((byte)'/'), 0);
            }
            else if (!segment.SequenceEqual("."u8))
            {
                path[from..end].CopyTo(path[to..]);
                to += end - from;
            }

            if (end == path.Length && segment.Length is 1 or 2 && (segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8)))
            {
                path[to++] = (byte)'/';
            }

            from = end;
        }

        return to;
    }

    private static int MergeSlashes(Span<byte> path)
    {
        var to = 0;
        foreach (var octet in path)
        {
            if (octet is not (byte)'/' || to is 0 || path[to - 1] is not (byte)'/')
            {
                path[to++] = octet;
            }
        }

        return to;
    }

    /// <summary>Octets that are not UTF-8 stay percent-encoded, so that nothing is lost in a string.</summary>
    private static string Text(ReadOnlySpan<byte> path)
    {
        if (Utf8.IsValid(path))
        {
            return Encoding.UTF8.GetString(path);
        }

        var text = new StringBuilder(path.Length);
        while (!path.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(path, out var rune, out var consumed);
            if (status is OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var octet in path[..consumed])
                {
                    Hex(text, octet);
                }
            }

            path = path[consumed..];
        }

        return text.ToString();
    }

    private static void Hex(StringBuilder text, byte octet) =>
        text.Append('%').Append("0123456789ABCDEF"[octet >> 4]).Append("0123456789ABCDEF"[octet & 15]);

    private static bool TryHex(byte high, byte low, out byte octet)
    {
        var (h, l) = (Digit(high), Digit(low));
        octet = (byte)((h << 4) | (l & 15));
        return h >= 0 && l >= 0;
    }

    private static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };

    private static byte Upper(byte c) => c is >= (byte)'a' and <= (byte)'f' ? (byte)(c - 32) : c;
}
