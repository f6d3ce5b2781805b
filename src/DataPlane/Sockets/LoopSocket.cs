using System.Net;
using System.Net.Sockets;

namespace Gateway.DataPlane.Sockets;

/// <summary>A TCP connection that is served by an <see cref="EventLoop"/>. It is received from by one and sent to by one at a time; whoever closes it ends both.</summary>
internal sealed class LoopSocket : IDisposable
{
    private readonly EventLoop _loop = EventLoops.Next();
    private readonly ReceiveOperation _receiving;
    private readonly SendOperation _sending;
    private readonly int _descriptor;
    private int _isClosed;

    private LoopSocket(Socket socket)
    {
        Socket = socket;
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        (_receiving, _sending) = (new ReceiveOperation(socket.SafeHandle), new SendOperation(socket.SafeHandle));
    }

    /// <summary>The socket below; none of its methods that wait may be used, for those register it elsewhere too.</summary>
    public Socket Socket { get; }

    /// <summary>Takes a socket that is connected, and was not waited for yet.</summary>
    /// <param name="socket">The socket.</param>
    /// <exception cref="SocketException">The kernel does not wait for it.</exception>
    public static LoopSocket Of(Socket socket)
    {
        var taken = new LoopSocket(socket);
        taken._loop.Add(taken, taken._descriptor);
        return taken;
    }

    /// <summary>Connects.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static async ValueTask<LoopSocket> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellation)
    {
        var socket = new LoopSocket(new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false });
        try
        {
            var begun = socket._sending.BeginConnect(new SocketAddressBytes(endpoint.Serialize()));
            if (begun is < 0 and not -Epoll.Again)
            {
                throw Epoll.Error(-begun);
            }

            socket._loop.Add(socket, socket._descriptor);
            await using (cancellation.UnsafeRegister(static state => ((LoopSocket)state!).Dispose(), socket))
            {
                await socket._sending.EndConnectAsync();
            }

            cancellation.ThrowIfCancellationRequested();
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is ObjectDisposedException)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            throw;
        }
    }

    /// <summary>Receives what there is, or waits for it.</summary>
    /// <param name="buffer">Takes the octets; an empty one only waits.</param>
    /// <returns>How many there were; 0 at the end.</returns>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _receiving.ReceiveAsync(buffer);

    /// <summary>Sends a part at least.</summary>
    /// <param name="bytes">The octets.</param>
    /// <param name="isMoreToCome">Whether more is sent right after it.</param>
    /// <returns>How many were sent.</returns>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, bool isMoreToCome = false) => _sending.SendAsync(bytes, isMoreToCome ? Epoll.More : 0);

    /// <summary>Something happened; called by the loop.</summary>
    /// <param name="events">What, in the words of <see cref="Epoll"/>.</param>
    public void Happened(uint events)
    {
        var isOver = (events & Epoll.Over) is not 0;
        if (isOver || (events & Epoll.Writable) is not 0)
        {
            _sending.Signal(isOver);
        }

        if (isOver || (events & Epoll.Readable) is not 0)
        {
            _receiving.Signal(isOver);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close(isAbort: false);

    /// <summary>Closes it so that the other side is told of an error.</summary>
    public void Abort() => Close(isAbort: true);

    private void Close(bool isAbort)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) is 1)
        {
            return;
        }

        _loop.Remove(this, _descriptor);
        if (isAbort)
        {
            Socket.Close(0);
        }
        else
        {
            Socket.Dispose();
        }

        _receiving.Close();
        _sending.Close();
    }
}
