using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>
/// Reads the head of an answer (RFC 9112). What two parties could read in two ways is refused: folded lines, a space before the colon, a length that is no plain number
/// or comes twice, a length beside chunks, codings other than chunked, and control characters. A line may end without its CR, which the RFC allows.
/// </summary>
internal static class ResponseHeadParser
{
    /// <summary>The most octets of a head.</summary>
    /// <remarks>What .NET's own client takes, and well above the 4 to 8 KB of nginx.</remarks>
    public const int MaxLength = 64 * 1024;

    private static readonly SearchValues<byte> _token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
    private static readonly SearchValues<byte> _controls = SearchValues.Create([.. Enumerable.Range(0, 32).Where(c => c is not '\t').Append(127).Select(c => (byte)c)]);

    /// <summary>The length of the head at the beginning of what was received, its empty line included; 0 while it is not complete.</summary>
    /// <param name="received">What was received.</param>
    /// <param name="scanned">Where the search goes on; 0 at first.</param>
    public static int LengthOf(ReadOnlySpan<byte> received, ref int scanned)
    {
        while (received[scanned..].IndexOf((byte)'\n') is >= 0 and var feed)
        {
            var isEmpty = feed is 0 || (feed is 1 && received[scanned] is (byte)'\r');
            scanned += feed + 1;
            if (isEmpty)
            {
                return scanned;
            }
        }

        return 0;
    }

    /// <summary>Reads a complete head.</summary>
    /// <param name="text">The head with its empty line.</param>
    /// <param name="head">Takes what it says.</param>
    /// <param name="values">The values of earlier answers, which are mostly the same.</param>
    /// <returns>Whether it is valid.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, ResponseHead head, HeaderValues values)
    {
        head.Clear();
        if (!TryStatus(Line(ref text), head, out var isHttp11))
        {
            return false;
        }

        for (var line = Line(ref text); !line.IsEmpty; line = Line(ref text))
        {
            if (!TryHeader(line, head, values, isHttp11))
            {
                return false;
            }
        }

        head.KeepsAlive = isHttp11 ? !Names(head.Connection, "close") : Names(head.Connection, "keep-alive");
        return !(head.IsChunked && head.ContentLength >= 0);
    }

    /// <summary>Reads a line of a header or trailer.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Whether it is valid.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var colon = line.IndexOf((byte)':');
        name = colon > 0 ? line[..colon] : default;
        value = colon > 0 ? line[(colon + 1)..].Trim(" \t"u8) : default;
        return colon > 0 && !name.ContainsAnyExcept(_token) && !value.ContainsAny(_controls);
    }

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> text)
    {
        var feed = text.IndexOf((byte)'\n');
        var line = text[..feed];
        text = text[(feed + 1)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private static bool TryStatus(ReadOnlySpan<byte> line, ResponseHead head, out bool isHttp11)
    {
        isHttp11 = line.StartsWith("HTTP/1.1 "u8);
        if ((!isHttp11 && !line.StartsWith("HTTP/1.0 "u8)) || line.Length < 12 || (line.Length > 12 && line[12] is not (byte)' ') || line.ContainsAny(_controls))
        {
            return false;
        }

        head.Status = Utf8Parser.TryParse(line[9..12], out int status, out var digits) && digits is 3 && char.IsAsciiDigit((char)line[9]) ? status : 0;
        if (line.Length > 13 && Ascii.IsValid(line) && !Ascii.Equals(line[13..], ReasonPhrases.GetReasonPhrase(head.Status)))
        {
            head.Reason = Encoding.ASCII.GetString(line[13..]);
        }

        return head.Status >= 100;
    }

    private static bool TryHeader(ReadOnlySpan<byte> line, ResponseHead head, HeaderValues values, bool isHttp11)
    {
        if (!TrySplit(line, out var name, out var value))
        {
            return false;
        }

        var index = KnownHeaders.Find(name);
        switch (index)
        {
            case KnownHeaders.ContentLength:
                if (head.ContentLength >= 0 || !TryLength(value, out var length))
                {
                    return false;
                }

                head.ContentLength = length;
                return true;
            case KnownHeaders.TransferEncoding:
                if (head.IsChunked || !isHttp11 || !Ascii.EqualsIgnoreCase(value, "chunked"))
                {
                    return false;
                }

                head.IsChunked = true;
                return true;
            case KnownHeaders.Connection:
                head.Connection = head.Connection is null ? values.Of(index, value) : string.Concat(head.Connection, ",", values.Of(index, value));
                return true;
            case KnownHeaders.None:
                head.Headers.Add(new ResponseHeader(index, Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)));
                return true;
            default:
                head.Headers.Add(new ResponseHeader(index, KnownHeaders.Names[index], values.Of(index, value)));
                return true;
        }
    }

    private static bool TryLength(ReadOnlySpan<byte> text, out long length)
    {
        length = 0;
        return text.Length is > 0 and < 19 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(text, out length, out _);
    }

    private static bool Names(string? connection, string option)
    {
        foreach (var range in connection.AsSpan().Split(','))
        {
            if (connection.AsSpan()[range].Trim(" \t").Equals(option, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
