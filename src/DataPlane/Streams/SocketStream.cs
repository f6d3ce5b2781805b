using System.Net.Sockets;

namespace Gateway.DataPlane.Streams;

/// <summary>A connection as a stream, whose first octets can be looked at before anyone reads them.</summary>
/// <param name="socket">The connection.</param>
internal sealed class SocketStream(Socket socket) : Stream
{
    private byte[] _ahead = [];
    private int _start;
    private int _end;

    /// <summary>The octets that were looked at and not read.</summary>
    public ReadOnlyMemory<byte> Ahead => _ahead.AsMemory(_start, _end - _start);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Waits for more octets to look at.</summary>
    /// <param name="most">How many may be ahead at most.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Whether there are more; otherwise the other side is at its end, or enough is ahead already.</returns>
    public async ValueTask<bool> LookAheadAsync(int most, CancellationToken cancellation)
    {
        if (_end - _start >= most)
        {
            return false;
        }

        if (_end == _ahead.Length)
        {
            var larger = new byte[Math.Min(_start + most, Math.Max(1024, _ahead.Length * 2))];
            _ahead.AsSpan(0, _end).CopyTo(larger);
            _ahead = larger;
        }

        var read = await socket.ReceiveAsync(_ahead.AsMemory(_end), SocketFlags.None, cancellation);
        _end += read;
        return read > 0;
    }

    /// <summary>Drops octets that were looked at.</summary>
    /// <param name="count">How many.</param>
    public void Skip(int count) => _start += count;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var ahead = Ahead;
        if (ahead.IsEmpty)
        {
            return socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
        }

        var count = Math.Min(ahead.Length, buffer.Length);
        ahead.Span[..count].CopyTo(buffer.Span);
        _start += count;
        if (_start == _end)
        {
            (_ahead, _start, _end) = ([], 0, 0);
        }

        return new ValueTask<int>(count);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[await socket.SendAsync(buffer, SocketFlags.None, cancellationToken)..];
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is held back.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Streams are read asynchronously.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Streams are written asynchronously.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
