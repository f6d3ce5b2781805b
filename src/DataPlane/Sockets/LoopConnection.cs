using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Gateway.DataPlane.Upstreams.Http1;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Sockets;

/// <summary>A client's connection as Kestrel wants it: two pipes, filled from and emptied into a socket. Nothing changes threads on the way.</summary>
internal sealed partial class LoopConnection : DefaultConnectionContext, IConnectionSocketFeature
{
    // Less room than this is not worth a system call.
    private const int LeastRoom = 2048;

    // Where a page is full, more is on its way: what comes by the megabyte is received in larger pieces, which also go on in larger pieces.
    private const int LargeRoom = 32 * 1024;

    private static long _lastId;

    private readonly LoopSocket _socket;
    private readonly LoopConnectionLimits _limits;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _isClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private Task _receiving = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;
    private Watchdog? _watchdog;
    private Exception? _reason;
    private bool _isEnded;

    /// <summary>Takes a socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="limits">How much is read and written ahead.</param>
    /// <param name="memory">Where buffers come from.</param>
    /// <param name="logger">The log.</param>
    public LoopConnection(LoopSocket socket, LoopConnectionLimits limits, MemoryPool<byte> memory, ILogger logger)
        : base(Interlocked.Increment(ref _lastId).ToString("X16", CultureInfo.InvariantCulture))
    {
        (_socket, _limits, _logger) = (socket, limits, logger);
        LocalEndPoint = socket.Socket.LocalEndPoint;
        RemoteEndPoint = socket.Socket.RemoteEndPoint;
        ConnectionClosed = _closing.Token;
        Features.Set<IConnectionSocketFeature>(this);
        Features.Set<IMemoryPoolFeature>(new Pool(memory));
        var pair = DuplexPipe.CreateConnectionPair(Options(memory, limits.Input), Options(memory, limits.Output));
        (Transport, Application) = (pair.Transport, pair.Application);
    }

    /// <inheritdoc/>
    public Socket Socket => _socket.Socket;

    private PipeWriter Input => Application!.Output;

    private PipeReader Output => Application!.Input;

    /// <summary>Begins to receive and to send.</summary>
    public void Start()
    {
        _receiving = ReceiveAsync();
        _sending = SendAsync();
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        End(abortReason);
        Output.CancelPendingRead();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync();
        await Transport.Output.CompleteAsync();
        await _receiving;
        await _sending;
        _watchdog?.Dispose();
        _closing.Dispose();
        await base.DisposeAsync();
    }

    private static PipeOptions Options(MemoryPool<byte> memory, long limit) =>
        new(memory, PipeScheduler.Inline, PipeScheduler.Inline, limit, limit / 2, useSynchronizationContext: false);

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            for (var least = LeastRoom; ;)
            {
                // An idle connection holds no buffer.
                await _socket.ReceiveAsync(Memory<byte>.Empty);
                var room = Input.GetMemory(least);
                var received = await _socket.ReceiveAsync(room);
                if (received is 0)
                {
                    break;
                }

                Input.Advance(received);
                least = received == room.Length ? LargeRoom : LeastRoom;
                if (await Input.FlushAsync() is { IsCompleted: true } or { IsCanceled: true })
                {
                    break;
                }
            }
        }
        catch (Exception e)
        {
            error = ReasonOf(e);
        }

        // What ended it from this side is the reason.
        await Input.CompleteAsync(_isEnded ? _reason : error);
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.TellClosed(), this, preferLocal: false);
        await _isClosed.Task;
    }

    /// <summary>What the other end of the pipe is told of a failure; one that no network explains is a bug, and logged.</summary>
    private Exception ReasonOf(Exception failure)
    {
        if (failure is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return new ConnectionResetException(failure.Message, failure);
        }

        if (failure is not (SocketException or ObjectDisposedException))
        {
            Log.Failed(_logger, ConnectionId, failure);
        }

        return failure;
    }

    private async Task SendAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                var read = await Output.ReadAsync();
                if (read.IsCanceled)
                {
                    break;
                }

                var sending = SendAsync(read.Buffer);
                if (!sending.IsCompletedSuccessfully)
                {
                    await sending;
                }

                Output.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e)
        {
            error = ReasonOf(e);
        }

        End(error);
        await Output.CompleteAsync(error);
        Input.CancelPendingFlush();
    }

    private ValueTask SendAsync(in ReadOnlySequence<byte> bytes)
    {
        if (!bytes.IsSingleSegment)
        {
            return SendPiecesAsync(bytes);
        }

        var sending = _socket.SendAsync(bytes.First);
        if (!sending.IsCompletedSuccessfully)
        {
            return SendRestAsync(sending, bytes.First, isMoreToCome: false);
        }

        var sent = sending.Result;
        return sent == bytes.Length ? default : SendRestAsync(new(sent), bytes.First, isMoreToCome: false);
    }

    private async ValueTask SendPiecesAsync(ReadOnlySequence<byte> bytes)
    {
        var left = bytes.Length;
        foreach (var piece in bytes)
        {
            left -= piece.Length;
            if (!piece.IsEmpty)
            {
                await SendRestAsync(_socket.SendAsync(piece, left > 0), piece, left > 0);
            }
        }
    }

    private async ValueTask SendRestAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes, bool isMoreToCome)
    {
        while (true)
        {
            bytes = bytes[await (sending.IsCompleted ? sending : WithinLimitAsync(sending))..];
            if (bytes.IsEmpty)
            {
                return;
            }

            sending = _socket.SendAsync(bytes, isMoreToCome);
        }
    }

    /// <summary>Waits until there is room; a client that reads nothing for too long is cut off. Most connections never wait, and have no watchdog.</summary>
    private async ValueTask<int> WithinLimitAsync(ValueTask<int> sending)
    {
        _watchdog ??= new Watchdog(_limits.Time, _ => Abort(new ConnectionAbortedException("The client read nothing for too long.")));
        _watchdog.BeginWrite(_limits.Send);
        try
        {
            return await sending;
        }
        finally
        {
            _watchdog.EndWrite();
        }
    }

    private void TellClosed()
    {
        try
        {
            _closing.Cancel();
        }
        catch (Exception e)
        {
            Log.Failed(_logger, ConnectionId, e);
        }

        _isClosed.SetResult();
    }

    private void End(Exception? reason)
    {
        lock (_lock)
        {
            if (_isEnded)
            {
                return;
            }

            _reason = reason ?? new ConnectionAbortedException("The server has ended the connection.");
            _isEnded = true;
        }

        if (reason is not null)
        {
            _socket.Abort();
            return;
        }

        try
        {
            _socket.Socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The other side has ended it before.
        }

        _socket.Dispose();
    }

    private sealed record Pool(MemoryPool<byte> MemoryPool) : IMemoryPoolFeature;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Connection {Id} failed")]
        public static partial void Failed(ILogger logger, string id, Exception exception);
    }
}

/// <summary>Two pipes crosswise.</summary>
/// <param name="Input">What is read from.</param>
/// <param name="Output">What is written to.</param>
internal sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe
{
    /// <summary>Makes both ends.</summary>
    /// <param name="input">The options of the pipe from the socket.</param>
    /// <param name="output">The options of the pipe to it.</param>
    public static (IDuplexPipe Transport, IDuplexPipe Application) CreateConnectionPair(PipeOptions input, PipeOptions output)
    {
        var (from, to) = (new Pipe(input), new Pipe(output));
        return (new DuplexPipe(from.Reader, to.Writer), new DuplexPipe(to.Reader, from.Writer));
    }
}
