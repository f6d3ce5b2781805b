using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Sync;

/// <summary>Reads and writes WebSocket frames over a stream that both sides have upgraded.</summary>
/// <remarks>
/// The framework's own WebSocket hides the payload of pings, and between planes that payload is the configuration's hash; it also
/// sends pings of its own, for which an original control plane drops the connection. So the frames are ours. Writes may come from
/// several tasks, reads from one.
/// </remarks>
/// <param name="stream">The upgraded stream; disposed with this object.</param>
/// <param name="isClient">Whether this side opened the connection, and so masks what it sends and expects unmasked frames.</param>
/// <param name="maxPayload">The largest message accepted and sent, in bytes.</param>
public sealed class WebSocketFrames(Stream stream, bool isClient, int maxPayload) : IAsyncDisposable
{
    /// <summary>The code of a close frame without one (RFC 6455, 7.1.5).</summary>
    public const int NoCode = 1005;

    private const int MaxControlPayload = 125;
    private const int MaxHeader = 14;
    private const int CopyLimit = 16 * 1024;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly byte[] _header = new byte[MaxHeader];

    // The fragments of a message that is not complete; control frames may come between them.
    private readonly List<byte[]> _fragments = [];
    private WebSocketOpcode _opcode;
    private int _total;

    /// <summary>Reads the next message or control frame; null when the peer ended the stream between two frames.</summary>
    /// <param name="cancellation">Gives up waiting; the connection cannot be read any more afterwards.</param>
    /// <exception cref="WebSocketFrameException">The peer broke the protocol or the limit.</exception>
    public async ValueTask<WebSocketFrame?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (await ReadFrameAsync(cancellation) is not var (final, kind, payload))
            {
                return _fragments.Count == 0 ? null : throw new EndOfStreamException("the stream ended within a fragmented message");
            }

            if (kind >= WebSocketOpcode.Close)
            {
                return new WebSocketFrame(kind, payload);
            }

            var begins = _fragments.Count == 0;
            if (kind is WebSocketOpcode.Continuation == begins)
            {
                throw Protocol(begins ? "a continuation without a beginning" : "a new message inside a fragmented one");
            }

            if (final && begins)
            {
                return new WebSocketFrame(kind, payload);
            }

            _opcode = begins ? kind : _opcode;
            _fragments.Add(payload);
            _total += payload.Length;
            if (final)
            {
                var message = Join();
                _fragments.Clear();
                _total = 0;
                return new WebSocketFrame(_opcode, message);
            }
        }
    }

    /// <summary>Sends one unfragmented frame.</summary>
    /// <param name="opcode">Its kind.</param>
    /// <param name="payload">Its bytes, at most the payload limit.</param>
    /// <param name="cancellation">Gives up; the connection cannot be written any more afterwards.</param>
    public ValueTask WriteAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellation) => WriteAsync(opcode, default, payload, default, cancellation);

    /// <summary>Sends one unfragmented frame whose payload lies in three pieces, so that a large middle is shared by all who get it.</summary>
    /// <param name="opcode">Its kind.</param>
    /// <param name="before">The first bytes.</param>
    /// <param name="payload">The bytes after them; all three together at most the payload limit.</param>
    /// <param name="after">The last bytes.</param>
    /// <param name="cancellation">Gives up; the connection cannot be written any more afterwards.</param>
    public async ValueTask WriteAsync(
        WebSocketOpcode opcode, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> after, CancellationToken cancellation)
    {
        var limit = opcode >= WebSocketOpcode.Close ? MaxControlPayload : maxPayload;
        var total = before.Length + payload.Length + after.Length;
        if (total > limit)
        {
            throw new WebSocketFrameException(WebSocketCloseCode.MessageTooBig, $"a payload of {total} bytes is over the limit of {limit}");
        }

        await _writing.WaitAsync(cancellation);
        // One buffer for the small frames and for all that is masked, so that they travel in one TLS record.
        var copies = isClient || total <= CopyLimit;
        var buffer = ArrayPool<byte>.Shared.Rent(MaxHeader + (copies ? total : before.Length));
        try
        {
            var header = WriteHeader(buffer, opcode, total);
            before.Span.CopyTo(buffer.AsSpan(header));
            if (copies)
            {
                payload.Span.CopyTo(buffer.AsSpan(header + before.Length));
                after.Span.CopyTo(buffer.AsSpan(header + before.Length + payload.Length));
                if (isClient)
                {
                    Mask(buffer.AsSpan(header, total), buffer.AsSpan(header - 4, 4));
                }

                await stream.WriteAsync(buffer.AsMemory(0, header + total), cancellation);
            }
            else
            {
                await stream.WriteAsync(buffer.AsMemory(0, header + before.Length), cancellation);
                await stream.WriteAsync(payload, cancellation);
                await stream.WriteAsync(after, cancellation);
            }

            await stream.FlushAsync(cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _writing.Release();
        }
    }

    /// <summary>Sends a close frame.</summary>
    /// <param name="code">Why, one of <see cref="WebSocketCloseCode"/>; null for a frame without a body.</param>
    /// <param name="reason">The words for a human on the other side; cut to what fits.</param>
    /// <param name="cancellation">Gives up.</param>
    public ValueTask CloseAsync(int? code, string? reason, CancellationToken cancellation)
    {
        if (code is null)
        {
            return WriteAsync(WebSocketOpcode.Close, ReadOnlyMemory<byte>.Empty, cancellation);
        }

        var payload = new byte[MaxControlPayload];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code.Value);
        // Converts whole characters only, so a long reason is never cut within one.
        Encoding.UTF8.GetEncoder().Convert(reason ?? "", payload.AsSpan(2), flush: true, out _, out var length, out _);
        return WriteAsync(WebSocketOpcode.Close, payload.AsMemory(0, 2 + length), cancellation);
    }

    /// <summary>What a close frame says: its code (<see cref="NoCode"/> when it has none) and reason.</summary>
    /// <param name="payload">The payload of the close frame.</param>
    public static (int Code, string Reason) ReadClose(ReadOnlySpan<byte> payload) =>
        payload.Length < 2 ? (NoCode, "") : (BinaryPrimitives.ReadUInt16BigEndian(payload), Encoding.UTF8.GetString(payload[2..]));

    /// <summary>Closes the stream under the frames.</summary>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async ValueTask<(bool Final, WebSocketOpcode Opcode, byte[] Payload)?> ReadFrameAsync(CancellationToken cancellation)
    {
        if (await stream.ReadAtLeastAsync(_header.AsMemory(0, 2), 2, throwOnEndOfStream: false, cancellation) is var read and < 2)
        {
            return read == 0 ? null : throw new EndOfStreamException("the stream ended within a frame");
        }

        var opcode = (WebSocketOpcode)(_header[0] & 0x0f);
        var final = (_header[0] & 0x80) != 0;
        var masked = (_header[1] & 0x80) != 0;
        var length = (ulong)(_header[1] & 0x7f);
        if ((_header[0] & 0x70) != 0 || !Enum.IsDefined(opcode))
        {
            throw Protocol($"reserved bits or an unknown opcode in 0x{_header[0]:x2}");
        }

        if (masked == isClient)
        {
            throw Protocol(isClient ? "the server masked a frame" : "the client sent an unmasked frame");
        }

        if (opcode >= WebSocketOpcode.Close && (!final || length > MaxControlPayload))
        {
            throw Protocol("a control frame is fragmented or too long");
        }

        var extended = length switch { 126 => 2, 127 => 8, _ => 0 };
        var rest = extended + (masked ? 4 : 0);
        await stream.ReadExactlyAsync(_header.AsMemory(2, rest), cancellation);
        length = extended switch
        {
            2 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            8 => BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(2)),
            _ => length,
        };
        // Before anything is allocated: the length is the peer's claim.
        if (length > (ulong)(maxPayload - _total) && opcode < WebSocketOpcode.Close)
        {
            throw new WebSocketFrameException(
                WebSocketCloseCode.MessageTooBig, $"a message of {length + (ulong)_total} bytes is over the limit of {maxPayload}");
        }

        var payload = length == 0 ? [] : GC.AllocateUninitializedArray<byte>((int)length);
        await stream.ReadExactlyAsync(payload, cancellation);
        if (masked)
        {
            Mask(payload, _header.AsSpan(2 + extended, 4));
        }

        return (final, opcode, payload);
    }

    private int WriteHeader(Span<byte> buffer, WebSocketOpcode opcode, int payload)
    {
        buffer[0] = (byte)(0x80 | (int)opcode);
        var length = 2;
        if (payload <= 125)
        {
            buffer[1] = (byte)payload;
        }
        else if (payload <= ushort.MaxValue)
        {
            buffer[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)payload);
            length = 4;
        }
        else
        {
            buffer[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(buffer[2..], (ulong)payload);
            length = 10;
        }

        if (!isClient)
        {
            return length;
        }

        buffer[1] |= 0x80;
        RandomNumberGenerator.Fill(buffer.Slice(length, 4));
        return length + 4;
    }

    private static void Mask(Span<byte> payload, ReadOnlySpan<byte> key)
    {
        var word = MemoryMarshal.Read<uint>(key);
        var wide = ((ulong)word << 32) | word;
        var words = MemoryMarshal.Cast<byte, ulong>(payload);
        for (var i = 0; i < words.Length; i++)
        {
            words[i] ^= wide;
        }

        for (var i = words.Length * sizeof(ulong); i < payload.Length; i++)
        {
            payload[i] ^= key[i & 3];
        }
    }

    private byte[] Join()
    {
        var message = new byte[_total];
        var at = 0;
        foreach (var fragment in _fragments)
        {
            fragment.CopyTo(message, at);
            at += fragment.Length;
        }

        return message;
    }

    private static WebSocketFrameException Protocol(string message) => new(WebSocketCloseCode.ProtocolError, message);
}
