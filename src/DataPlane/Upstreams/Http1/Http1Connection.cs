using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using Gateway.DataPlane.Sockets;

namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>A connection to an upstream. It carries one request at a time, and is read by one and written by one at a time.</summary>
internal sealed class Http1Connection : IDisposable
{
    private const int SmallInput = 8 * 1024;
    private const int LargeInput = 64 * 1024;

    private readonly LoopSocket _socket;
    private readonly SslStream? _tls;
    private readonly GatedStream? _gate;
    private readonly byte[] _small = new byte[SmallInput];
    private byte[] _input;
    private int _start;
    private int _end;
    private ValueTask<int> _ahead;
    private bool _isAhead;
    private int _failure;

    /// <summary>Takes a socket that is connected.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="tls">TLS over it, or null.</param>
    /// <param name="gate">What TLS reads from, or null.</param>
    /// <param name="time">The clock.</param>
    public Http1Connection(LoopSocket socket, SslStream? tls, GatedStream? gate, TimeProvider time)
    {
        (_socket, _tls, _gate, _input) = (socket, tls, gate, _small);
        Limits = new Watchdog(time, Abort);
    }

    /// <summary>What is sent next.</summary>
    public RequestOutput Output { get; } = new();

    /// <summary>The head of the answer.</summary>
    public ResponseHead Head { get; } = new();

    /// <summary>How long things may take.</summary>
    public Watchdog Limits { get; }

    /// <summary>How many requests it has carried.</summary>
    public int Requests { get; set; }

    /// <summary>Since when it has been idle, in ticks of the clock.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether a request is being sent; until it is, no answer is overdue.</summary>
    public bool IsSending { get; set; }

    /// <summary>Whether something of the request was sent.</summary>
    public bool HasSent { get; private set; }

    /// <summary>Whether something of the answer was received.</summary>
    public bool HasReceived { get; private set; }

    /// <summary>Why it was ended from this side.</summary>
    public Http1Failure Failure => (Http1Failure)Volatile.Read(ref _failure);

    /// <summary>What was received and not yet consumed.</summary>
    public ReadOnlyMemory<byte> Received => _input.AsMemory(_start, _end - _start);

    /// <summary>
    /// Whether an idle connection is of no more use: its other side closed it, or sent what nobody asked for. Nothing reads from it while it is idle, so what the kernel says is exact.
    /// </summary>
    public bool IsStale
    {
        get
        {
            try
            {
                return Failure is not Http1Failure.None || (_isAhead && _ahead.IsCompleted) || _socket.Socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Becomes idle. Whole records of TLS that came behind the answer are noticed at once; all else waits in the socket.</summary>
    public void Rest()
    {
        (HasSent, HasReceived) = (false, false);
        (_start, _end) = (0, 0);
        if (_tls is not null)
        {
            _gate!.Shut();
            _isAhead = true;
#pragma warning disable CA2012 // It is consumed once, by the request that comes next.
            _ahead = _tls.ReadAsync(_input);
#pragma warning restore CA2012
        }
    }

    /// <summary>Sends what the output holds, and forgets it.</summary>
    /// <param name="limit">How long the upstream may take nothing.</param>
    public ValueTask FlushAsync(TimeSpan limit)
    {
        var sending = SendAsync(Output.Written, limit);
        if (sending.IsCompletedSuccessfully)
        {
            Output.Clear();
            return default;
        }

        return AwaitAsync(sending, Output);

        static async ValueTask AwaitAsync(ValueTask sending, RequestOutput output)
        {
            await sending;
            output.Clear();
        }
    }

    /// <summary>Sends octets.</summary>
    /// <param name="bytes">The octets.</param>
    /// <param name="limit">How long the upstream may take nothing.</param>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan limit)
    {
        HasSent = true;
        if (_tls is not null)
        {
            return SendSlowlyAsync(_tls.WriteAsync(bytes), limit);
        }

        var sending = _socket.SendAsync(bytes);
        if (!sending.IsCompletedSuccessfully)
        {
            return SendRestAsync(sending, bytes, limit);
        }

        var sent = sending.Result;
        return sent == bytes.Length ? default : SendRestAsync(new ValueTask<int>(sent), bytes, limit);
    }

    /// <summary>Receives more.</summary>
    /// <param name="limit">How long the upstream may send nothing.</param>
    /// <returns>Whether something came; false when the other side has closed the connection.</returns>
    public ValueTask<bool> ReceiveMoreAsync(TimeSpan limit)
    {
        ValueTask<int> receiving;
        if (_isAhead)
        {
            (_isAhead, receiving, _ahead) = (false, _ahead, default);
            _gate!.Open();
        }
        else
        {
            MakeRoom();
            receiving = ReceiveAsync(_input.AsMemory(_end));
        }

        return receiving.IsCompletedSuccessfully ? new(Take(receiving.Result)) : AwaitAsync(receiving, limit);
    }

    /// <summary>Is done with octets that were received.</summary>
    /// <param name="count">How many.</param>
    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
    }

    /// <summary>Makes room for a large body, until <see cref="Small"/>.</summary>
    public void Large()
    {
        if (ReferenceEquals(_input, _small))
        {
            var large = ArrayPool<byte>.Shared.Rent(LargeInput);
            Received.CopyTo(large);
            (_start, _end, _input) = (0, _end - _start, large);
        }
    }

    /// <summary>Goes back to the small buffer, when nothing is left in the large one and nothing is being received.</summary>
    public void Small()
    {
        if (!ReferenceEquals(_input, _small))
        {
            ArrayPool<byte>.Shared.Return(_input);
            (_start, _end, _input) = (0, 0, _small);
        }
    }

    /// <summary>Ends the connection while others may use it; what they do then fails.</summary>
    /// <param name="failure">Why.</param>
    public void Abort(Http1Failure failure)
    {
        if (Interlocked.CompareExchange(ref _failure, (int)failure, (int)Http1Failure.None) is (int)Http1Failure.None)
        {
            _socket.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Limits.Dispose();
        _socket.Dispose();
        _tls?.Dispose();
    }

    private ValueTask<int> ReceiveAsync(Memory<byte> into) => _tls is not null ? _tls.ReadAsync(into) : _socket.ReceiveAsync(into);

    private bool Take(int received)
    {
        _end += received;
        HasReceived |= received > 0;
        return received > 0;
    }

    private async ValueTask<bool> AwaitAsync(ValueTask<int> receiving, TimeSpan limit)
    {
        if (!IsSending)
        {
            Limits.BeginRead(limit);
        }

        try
        {
            return Take(await receiving);
        }
        finally
        {
            Limits.EndRead();
        }
    }

    private async ValueTask SendSlowlyAsync(ValueTask sending, TimeSpan limit)
    {
        Limits.BeginWrite(limit);
        try
        {
            await sending;
        }
        finally
        {
            Limits.EndWrite();
        }
    }

    private async ValueTask SendRestAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes, TimeSpan limit)
    {
        try
        {
            while (true)
            {
                Limits.BeginWrite(limit);
                bytes = bytes[await sending..];
                if (bytes.IsEmpty)
                {
                    return;
                }

                sending = _socket.SendAsync(bytes);
            }
        }
        finally
        {
            Limits.EndWrite();
        }
    }

    private void MakeRoom()
    {
        if (_end < _input.Length)
        {
            return;
        }

        if (_start > 0)
        {
            Received.CopyTo(_input);
            (_start, _end) = (0, _end - _start);
            return;
        }

        if (!ReferenceEquals(_input, _small))
        {
            throw new InvalidOperationException("Nobody consumes what is received.");
        }

        Large();
    }
}
