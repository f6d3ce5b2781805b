using System.Buffers;
using System.Text;

namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>Collects what is sent to an upstream, so that a request goes out in one piece where it can.</summary>
internal sealed class RequestOutput
{
    // Above it, pieces of a body are sent as they are rather than copied.
    private const int Collected = 16 * 1024;

    private static readonly SearchValues<char> _token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> _target = SearchValues.Create([.. Enumerable.Range(0x21, 0x5E).Select(c => (char)c)]);

    private byte[] _buffer = new byte[2048];
    private int _written;

    /// <summary>What was written since the last <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _written);

    /// <summary>Whether a piece of a body is better copied than sent apart.</summary>
    /// <param name="length">Its length.</param>
    public bool Takes(int length) => _written + length <= Collected;

    /// <summary>Forgets what was written.</summary>
    public void Clear() => _written = 0;

    /// <summary>Writes the request line. What would end it early, or end the line, is escaped.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, escaped.</param>
    /// <param name="query">The query without its question mark, or null.</param>
    public void RequestLine(string method, string path, string? query)
    {
        if (method.Length is 0 || method.AsSpan().ContainsAnyExcept(_token))
        {
            throw new ArgumentException("A method is a token.", nameof(method));
        }

        Text(method);
        Bytes(" "u8);
        Text(Target(path));
        if (query is not null)
        {
            Bytes("?"u8);
            Text(Target(query));
        }

        Bytes(" HTTP/1.1\r\n"u8);
    }

    /// <summary>Writes a header, unless its name or value would be read as something else.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, one octet per character.</param>
    public void Header(string name, string? value)
    {
        value ??= string.Empty;
        if (name.Length is 0 || name.AsSpan().ContainsAnyExcept(_token) || value.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            return;
        }

        var span = Span(name.Length + value.Length + 4);
        Encoding.Latin1.GetBytes(name, span);
        span[name.Length] = (byte)':';
        span[name.Length + 1] = (byte)' ';
        Encoding.Latin1.GetBytes(value, span[(name.Length + 2)..]);
        span[^2] = (byte)'\r';
        span[^1] = (byte)'\n';
    }

    /// <summary>Writes octets.</summary>
    /// <param name="bytes">The octets.</param>
    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Span(bytes.Length));

    /// <summary>Writes the line before a chunk.</summary>
    /// <param name="length">The chunk's length.</param>
    public void ChunkSize(long length)
    {
        Span<byte> digits = stackalloc byte[16];
        System.Buffers.Text.Utf8Formatter.TryFormat(length, digits, out var count, 'x');
        Bytes(digits[..count]);
        Bytes("\r\n"u8);
    }

    private static string Target(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(_target))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            _ = _target.Contains((char)octet) ? escaped.Append((char)octet) : escaped.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    private void Text(string text) => Encoding.Latin1.GetBytes(text, Span(text.Length));

    private Span<byte> Span(int length)
    {
        if (_buffer.Length - _written < length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _written + length));
        }

        var span = _buffer.AsSpan(_written, length);
        _written += length;
        return span;
    }
}
