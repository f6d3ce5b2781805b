using System.Text;

namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>Takes a body in chunks apart, strictly: sizes are plain hexadecimal numbers, and every line ends with CR LF.</summary>
internal struct ChunkedDecoder
{
    private const int MaxLine = 4096;
    private const int MaxTrailers = 100;

    private State _state;
    private long _left;
    private List<ResponseHeader>? _trailers;

    private enum State
    {
        Size,
        Data,
        EndOfData,
        Trailers,
        Finished,
    }

    /// <summary>Whether the body and its trailers are complete.</summary>
    public readonly bool IsFinished => _state is State.Finished;

    /// <summary>The trailers; null when there are none.</summary>
    public readonly List<ResponseHeader>? Trailers => _trailers;

    /// <summary>Takes the next piece.</summary>
    /// <param name="received">What was received and not yet consumed.</param>
    /// <param name="consumed">How many octets of it are done with.</param>
    /// <param name="offset">Where a piece of the body stands in it.</param>
    /// <param name="length">How long that piece is; 0 when more must be received first, or when the body is finished.</param>
    /// <returns>Whether it is valid.</returns>
    public bool TryRead(ReadOnlySpan<byte> received, out int consumed, out int offset, out int length)
    {
        (consumed, offset, length) = (0, 0, 0);
        while (_state is not State.Finished)
        {
            var rest = received[consumed..];
            if (_state is State.Data)
            {
                (offset, length) = (consumed, (int)Math.Min(_left, rest.Length));
                consumed += length;
                _left -= length;
                _state = _left is 0 ? State.EndOfData : State.Data;
                if (length > 0 || _left > 0)
                {
                    return true;
                }

                continue;
            }

            var feed = rest.IndexOf((byte)'\n');
            if (feed < 0)
            {
                return rest.Length <= MaxLine;
            }

            if (feed is 0 || feed > MaxLine || rest[feed - 1] is not (byte)'\r' || !TryLine(rest[..(feed - 1)]))
            {
                return false;
            }

            consumed += feed + 1;
        }

        return true;
    }

    private bool TryLine(ReadOnlySpan<byte> line)
    {
        switch (_state)
        {
            case State.Size:
                _state = State.Data;
                if (!TrySize(line, out _left))
                {
                    return false;
                }

                _state = _left is 0 ? State.Trailers : State.Data;
                return true;
            case State.EndOfData:
                _state = State.Size;
                return line.IsEmpty;
            case State.Trailers when line.IsEmpty:
                _state = State.Finished;
                return true;
            default:
                if (!ResponseHeadParser.TrySplit(line, out var name, out var value) || _trailers?.Count >= MaxTrailers)
                {
                    return false;
                }

                (_trailers ??= []).Add(new ResponseHeader(KnownHeaders.Find(name), Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)));
                return true;
        }
    }

    private static bool TrySize(ReadOnlySpan<byte> line, out long size)
    {
        size = 0;
        var digits = 0;
        for (; digits < line.Length && char.IsAsciiHexDigit((char)line[digits]); digits++)
        {
            // Fifteen digits are beyond any body, and below what a long holds.
            if (digits is 15)
            {
                return false;
            }

            size = (size << 4) | (uint)Digit(line[digits]);
        }

        // An extension may follow, which nobody understands; some servers put spaces before it or instead of it.
        var extension = line[digits..].TrimStart(" \t"u8);
        return digits > 0 && (extension.IsEmpty || extension[0] is (byte)';') && !extension.Contains((byte)'\r');
    }

    private static int Digit(byte c) => c <= (byte)'9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
