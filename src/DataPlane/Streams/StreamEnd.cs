using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Gateway.DataPlane.Streams;

/// <summary>Prefixes of a connection that are looked at before it is routed.</summary>
/// <param name="octets">What came so far.</param>
/// <returns>Whether it is all, too little, or not what was expected.</returns>
internal delegate OperationStatus Judge(ReadOnlySpan<byte> octets);

/// <summary>One end of a proxied connection: the client or the upstream, in cleartext or over TLS.</summary>
internal sealed class StreamEnd : IDisposable
{
    private readonly Socket _socket;
    private readonly SocketStream _plain;

    /// <summary>Takes a connection over.</summary>
    /// <param name="socket">The connection; it is closed with the end.</param>
    public StreamEnd(Socket socket)
    {
        socket.NoDelay = true;
        (_socket, _plain) = (socket, new SocketStream(socket));
    }

    /// <summary>The TLS of the connection; null where it is cleartext, or not ours to read.</summary>
    public SslStream? Tls { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="cancellation">Gives up.</param>
    public ValueTask ConnectAsync(EndPoint address, CancellationToken cancellation) => _socket.ConnectAsync(address, cancellation);

    /// <summary>Looks at what comes first until it can be judged; nothing of it is consumed.</summary>
    /// <param name="judge">Judges what came so far.</param>
    /// <param name="most">How many octets are looked at, at most.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Whether what came is what was expected.</returns>
    public async ValueTask<bool> LookAsync(Judge judge, int most, CancellationToken cancellation)
    {
        while (true)
        {
            var status = _plain.Ahead.IsEmpty ? OperationStatus.NeedMoreData : judge(_plain.Ahead.Span);
            if (status is not OperationStatus.NeedMoreData || !await _plain.LookAheadAsync(most, cancellation))
            {
                return status is OperationStatus.Done;
            }
        }
    }

    /// <summary>Drops octets that were looked at.</summary>
    /// <param name="count">How many.</param>
    public void Skip(int count) => _plain.Skip(count);

    /// <summary>Speaks TLS with a client from now on.</summary>
    /// <param name="options">Certificate and protocols.</param>
    /// <param name="cancellation">Ends the handshake.</param>
    public Task SecureAsync(SslServerAuthenticationOptions options, CancellationToken cancellation)
    {
        Tls = new SslStream(_plain, leaveInnerStreamOpen: true);
        return Tls.AuthenticateAsServerAsync(options, cancellation);
    }

    /// <summary>Speaks TLS with an upstream from now on.</summary>
    /// <param name="options">Whom to ask for and whom to trust.</param>
    /// <param name="cancellation">Ends the handshake.</param>
    public Task SecureAsync(SslClientAuthenticationOptions options, CancellationToken cancellation)
    {
        Tls = new SslStream(_plain, leaveInnerStreamOpen: true);
        return Tls.AuthenticateAsClientAsync(options, cancellation);
    }

    /// <summary>Reads what there is; with an empty buffer it waits until there is something.</summary>
    /// <param name="buffer">Receives the octets.</param>
    /// <returns>How many; 0 at the end.</returns>
    public ValueTask<int> ReadAsync(Memory<byte> buffer) => Tls is null ? _plain.ReadAsync(buffer) : Tls.ReadAsync(buffer);

    /// <summary>Writes octets.</summary>
    /// <param name="buffer">The octets.</param>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer) => Tls is null ? _plain.WriteAsync(buffer) : Tls.WriteAsync(buffer);

    /// <summary>Tells the other side that nothing more comes; it may go on sending.</summary>
    public async ValueTask EndSendingAsync()
    {
        if (Tls is not null)
        {
            await Tls.ShutdownAsync();
        }

        _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Closes the connection; whoever waits for it fails.</summary>
    public void Abort() => _socket.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        Tls?.Dispose();
    }
}
