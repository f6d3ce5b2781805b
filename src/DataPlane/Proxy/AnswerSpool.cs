using System.IO.Pipelines;

namespace Gateway.DataPlane.Proxy;

/// <summary>
/// Holds what a slow client has no room for yet, in a file without a name, so that the upstream need not wait for the client (<c>response_buffering</c>).
/// One side writes at the file's end, the other sends from its beginning.
/// </summary>
/// <param name="exchange">The request.</param>
/// <param name="file">The file.</param>
/// <param name="client">Where the answer goes.</param>
internal sealed class AnswerSpool(HttpExchange exchange, FileStream file, PipeWriter client) : IDisposable
{
    /// <summary>How far the upstream may run ahead of the client, in bytes; nginx's.</summary>
    private const long Most = 1024L * 1024 * 1024;

    private const int Piece = 32 * 1024;

    private readonly SemaphoreSlim _hasMore = new(0);
    private readonly SemaphoreSlim _hasRoom = new(0);
    private Task<bool> _sending = Task.FromResult(true);
    private long _length;
    private long _sent;
    private volatile bool _isEnded;
    private volatile bool _isGone;

    /// <summary>Begins to send, once what the client was given before has gone.</summary>
    /// <param name="flushing">What it was given before.</param>
    public void Begin(Task<FlushResult> flushing) => _sending = SendAsync(flushing);

    /// <summary>Takes a piece of the answer.</summary>
    /// <param name="bytes">The piece.</param>
    /// <returns>Whether the client is still there.</returns>
    public async ValueTask<bool> TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!_isGone && _length - Volatile.Read(ref _sent) >= Most)
        {
            await _hasRoom.WaitAsync();
        }

        if (!_isGone && !bytes.IsEmpty)
        {
            await RandomAccess.WriteAsync(file.SafeFileHandle, bytes, _length);
            Volatile.Write(ref _length, _length + bytes.Length);
            _hasMore.Release();
        }

        return !_isGone;
    }

    /// <summary>Nothing more comes; waits until the client has everything.</summary>
    /// <returns>Whether it has.</returns>
    public async Task<bool> EndAsync()
    {
        _isEnded = true;
        _hasMore.Release();
        return await _sending;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        _hasMore.Dispose();
        _hasRoom.Dispose();
    }

    private async Task<bool> SendAsync(Task<FlushResult> flushing)
    {
        try
        {
            while (!(await SlowClient.WithinLimitAsync(exchange, flushing)).IsCompleted)
            {
                // First whether it was the end, then how much there is: what comes in between is noticed.
                for (var isEnded = _isEnded; _sent == Volatile.Read(ref _length); isEnded = _isEnded)
                {
                    if (isEnded)
                    {
                        return true;
                    }

                    await _hasMore.WaitAsync();
                }

                var room = client.GetMemory(Piece);
                var count = await RandomAccess.ReadAsync(file.SafeFileHandle, room[..(int)Math.Min(room.Length, Volatile.Read(ref _length) - _sent)], _sent);
                client.Advance(count);
                flushing = client.FlushAsync().AsTask();
                Volatile.Write(ref _sent, _sent + count);
                _hasRoom.Release();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client went away.
        }

        _isGone = true;
        _hasRoom.Release();
        return false;
    }
}
