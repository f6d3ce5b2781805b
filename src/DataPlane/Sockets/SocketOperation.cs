using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Gateway.DataPlane.Sockets;

/// <summary>
/// One direction of a socket. What can be done at once is done at once; otherwise the event loop does it when the kernel says that it can be, and what follows runs there.
/// The kernel tells of each change once, so nothing is tried again before it has told of one: a request costs one system call for each time that it is read or written.
/// </summary>
internal abstract class SocketOperation : IValueTaskSource<int>
{
    // Nothing has happened since it was last found that there is nothing to do.
    private const int Quiet = 0;

    // Something may be done.
    private const int Ready = 1;

    // Someone waits. Whoever ends this state, by an exchange, completes the operation.
    private const int Waiting = 2;

    // A stream that never lets the thread go is continued on the pool, so that the other sockets of the loop have their turn.
    private const int MostInARow = 32;

    private ManualResetValueTaskSourceCore<int> _source;
    private int _state = Ready;
    private volatile bool _isOver;
    private volatile bool _isClosed;
    private int _inARow;
    private int _result;

    /// <summary>Something has happened to the socket.</summary>
    /// <param name="isOver">Whether it was the last thing: from now on everything can be tried at once.</param>
    public void Signal(bool isOver)
    {
        _isOver |= isOver;
        if (Interlocked.Exchange(ref _state, Ready) is Waiting)
        {
            Complete();
        }
    }

    /// <summary>Ends the waiting; the socket is closed.</summary>
    public void Close()
    {
        _isClosed = true;
        if (Interlocked.CompareExchange(ref _state, Ready, Waiting) is Waiting)
        {
            // Whoever closes may hold a lock.
            ThreadPool.UnsafeQueueUserWorkItem(static operation => operation._source.SetException(Closed()), this, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    public int GetResult(short token) => _source.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _source.OnCompleted(continuation, state, token, flags);

    /// <summary>Does it as far as it can be done now.</summary>
    /// <param name="isDry">Whether there is nothing more to do until the kernel says so.</param>
    /// <returns>The number of octets; below 0 the error, negated.</returns>
    protected abstract int Attempt(out bool isDry);

    /// <summary>Does it now or later; one at a time.</summary>
    protected ValueTask<int> BeginAsync()
    {
        while (true)
        {
            if (Volatile.Read(ref _state) is Ready && TryNow() is var result && result is not -Epoll.Again)
            {
                return result < 0 ? ValueTask.FromException<int>(Epoll.Error(-result)) : ++_inARow < MostInARow ? new(result) : Elsewhere(result);
            }

            _source.Reset();
            if (TryWait())
            {
                _inARow = 0;
                return new(this, _source.Version);
            }

            if (_isClosed)
            {
                return ValueTask.FromException<int>(Closed());
            }
        }
    }

    private static ObjectDisposedException Closed() => new(nameof(LoopSocket));

    private int TryNow()
    {
        // First the state, then the attempt: what happens in between is noticed.
        Interlocked.Exchange(ref _state, Quiet);
        var result = Attempt(out var isDry);
        if (result >= 0 && (!isDry || _isOver))
        {
            Interlocked.CompareExchange(ref _state, Ready, Quiet);
        }

        return result;
    }

    /// <summary>Lets the loop complete it; false when something has happened meanwhile.</summary>
    private bool TryWait() =>
        Interlocked.CompareExchange(ref _state, Waiting, Quiet) is Quiet && !(_isClosed && Interlocked.CompareExchange(ref _state, Ready, Waiting) is Waiting);

    private void Complete()
    {
        int result;
        try
        {
            do
            {
                result = TryNow();
                if (result is not -Epoll.Again)
                {
                    break;
                }

                if (TryWait())
                {
                    return;
                }
            }
            while (!_isClosed);
        }
        catch (ObjectDisposedException e)
        {
            _source.SetException(e);
            return;
        }

        if (result < 0)
        {
            _source.SetException(result is -Epoll.Again ? Closed() : Epoll.Error(-result));
        }
        else
        {
            _source.SetResult(result);
        }
    }

    private ValueTask<int> Elsewhere(int result)
    {
        (_inARow, _result) = (0, result);
        _source.Reset();
        var task = new ValueTask<int>(this, _source.Version);
        ThreadPool.UnsafeQueueUserWorkItem(static operation => operation._source.SetResult(operation._result), this, preferLocal: false);
        return task;
    }
}

/// <summary>The receiving direction.</summary>
/// <param name="socket">The socket.</param>
internal sealed class ReceiveOperation(SafeSocketHandle socket) : SocketOperation
{
    private Memory<byte> _buffer;

    /// <summary>Receives.</summary>
    /// <param name="buffer">Takes the octets; an empty one only waits until there are some.</param>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        _buffer = buffer;
        return BeginAsync();
    }

    /// <inheritdoc/>
    protected override int Attempt(out bool isDry)
    {
        isDry = false;
        if (_buffer.IsEmpty)
        {
            return 0;
        }

        // Less than there was room for is all that there is (epoll(7)).
        var received = Epoll.Receive(socket, _buffer.Span);
        isDry = received > 0 && received < _buffer.Length;
        return received;
    }
}

/// <summary>The sending direction.</summary>
/// <param name="socket">The socket.</param>
internal sealed class SendOperation(SafeSocketHandle socket) : SocketOperation
{
    private ReadOnlyMemory<byte> _bytes;
    private SocketAddressBytes? _address;
    private int _flags;

    /// <summary>Sends a part at least.</summary>
    /// <param name="bytes">The octets.</param>
    /// <param name="flags">0 or <see cref="Epoll.More"/>.</param>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, int flags)
    {
        (_bytes, _flags) = (bytes, flags);
        return BeginAsync();
    }

    /// <summary>Begins to connect.</summary>
    /// <param name="address">Where to.</param>
    /// <returns>Below 0 the error, negated; the loop has to wait for the socket only from now on, for one that is not connected counts as hung up.</returns>
    public int BeginConnect(SocketAddressBytes address)
    {
        _address = address;
        return Attempt(out _);
    }

    /// <summary>Waits until the connection stands.</summary>
    public ValueTask<int> EndConnectAsync() => BeginAsync();

    /// <inheritdoc/>
    protected override int Attempt(out bool isDry)
    {
        isDry = false;
        if (_address is { } address)
        {
            var connected = Epoll.Connect(socket, address.Value);
            _address = connected is -Epoll.Again ? address : null;
            return connected;
        }

        if (_bytes.IsEmpty)
        {
            return 0;
        }

        var sent = Epoll.Send(socket, _bytes.Span, _flags);
        isDry = sent >= 0 && sent < _bytes.Length;
        return sent;
    }
}

/// <summary>An address as the kernel wants it.</summary>
/// <param name="address">The address.</param>
internal sealed class SocketAddressBytes(System.Net.SocketAddress address)
{
    /// <summary>Its octets.</summary>
    public ReadOnlySpan<byte> Value => address.Buffer.Span[..address.Size];
}
