using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Gateway.Hosting.AccessLogs;

/// <summary>How values of requests are written, so that none of them can pass for something else: as nginx's <c>log_format ... escape=</c> says.</summary>
internal enum LogEscape
{
    /// <summary>Quotes, backslashes and all that is not printable ASCII as <c>\xHH</c>; nothing as <c>-</c>.</summary>
    Default,

    /// <summary>As in a JSON string.</summary>
    Json,

    /// <summary>As they are, but for line breaks.</summary>
    None,
}

/// <summary>A line that is being written; one per thread, used again and again.</summary>
internal sealed class LogLine
{
    [ThreadStatic]
    private static LogLine? _ofThread;

    private static readonly SearchValues<char> _plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (char)c).Except(['"', '\\'])]);

    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>How values are written.</summary>
    public LogEscape Escape { get; private set; }

    /// <summary>The thread's line, empty.</summary>
    public static LogLine Begin(LogEscape escape)
    {
        var line = _ofThread ??= new LogLine();
        line._length = 0;
        line.Escape = escape;
        return line;
    }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Adds bytes of the form itself.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Adds a number.</summary>
    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Room(20), out var written);
        _length += written;
    }

    /// <summary>Adds a time in seconds with three digits behind the point.</summary>
    public void Seconds(TimeSpan time)
    {
        Number((long)time.TotalSeconds);
        var room = Room(4);
        room[0] = (byte)'.';
        Utf8Formatter.TryFormat(time.Milliseconds, room[1..], out _, new StandardFormat('D', 3));
        _length += 4;
    }

    /// <summary>Adds a value that comes from outside.</summary>
    public void Value(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
        {
            Nothing();
        }
        else
        {
            Part(value);
        }
    }

    /// <summary>Adds a part of a value, of which other parts follow or were.</summary>
    public void Part(ReadOnlySpan<char> value)
    {
        if (!value.ContainsAnyExcept(_plain))
        {
            _length += Encoding.ASCII.GetBytes(value, Room(value.Length));
            return;
        }

        foreach (var rune in value.EnumerateRunes())
        {
            Escaped(rune);
        }
    }

    /// <summary>Adds what stands for a value that is not there.</summary>
    public void Nothing()
    {
        if (Escape is LogEscape.Default)
        {
            Raw("-"u8);
        }
    }

    private void Escaped(Rune rune)
    {
        var c = rune.Value;
        if (c is >= 0x20 and < 0x7F and not ('"' or '\\') || (Escape is LogEscape.None && c is not ('\r' or '\n')))
        {
            _length += rune.EncodeToUtf8(Room(4));
            return;
        }

        if (Escape is LogEscape.Json && c >= 0x20)
        {
            Raw(c is '"' or '\\' ? "\\"u8 : []);
            _length += rune.EncodeToUtf8(Room(4));
            return;
        }

        // Octets of headers were read as Latin-1: they are written as what they were.
        Span<byte> octets = stackalloc byte[4];
        var count = c <= 0xFF ? 1 : rune.EncodeToUtf8(octets);
        octets[0] = c <= 0xFF ? (byte)c : octets[0];
        foreach (var octet in octets[..count])
        {
            Raw(Escape is LogEscape.Json ? "\\u00"u8 : "\\x"u8);
            Utf8Formatter.TryFormat(octet, Room(2), out _, new StandardFormat('X', 2));
            _length += 2;
        }
    }

    private Span<byte> Room(int size)
    {
        if (_length + size > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + size));
        }

        return _bytes.AsSpan(_length);
    }
}
