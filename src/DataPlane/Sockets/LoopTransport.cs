using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.DataPlane.Sockets;

/// <summary>Gives Kestrel connections that are served by <see cref="EventLoops"/>.</summary>
/// <param name="sockets">How sockets that listen are made.</param>
/// <param name="kestrel">The limits of connections.</param>
/// <param name="memory">Where buffers come from.</param>
/// <param name="options">The node's settings.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">The logs.</param>
internal sealed class LoopTransport(
    IOptions<SocketTransportOptions> sockets, IOptions<KestrelServerOptions> kestrel, IMemoryPoolFactory<byte> memory, DataPlaneOptions options, TimeProvider time, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket? listening = null;
        try
        {
            listening = sockets.Value.CreateBoundListenSocket(endpoint);
            listening.Listen(sockets.Value.Backlog);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            listening?.Dispose();
            throw new AddressInUseException(e.Message, e);
        }

        return new(new LoopListener(listening, sockets.Value.NoDelay, new LoopConnectionLimits(kestrel.Value.Limits, options.Limits.Send, time), memory.Create(), loggers.CreateLogger<LoopTransport>()));
    }
}

/// <summary>A port that is listened on.</summary>
/// <param name="listening">The socket.</param>
/// <param name="noDelay">Whether small answers go out at once.</param>
/// <param name="limits">How much is read and written ahead.</param>
/// <param name="memory">Where buffers come from.</param>
/// <param name="logger">The log.</param>
internal sealed class LoopListener(Socket listening, bool noDelay, LoopConnectionLimits limits, MemoryPool<byte> memory, ILogger logger) : IConnectionListener
{
    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = listening.LocalEndPoint!;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket? socket = null;
            try
            {
                socket = await listening.AcceptAsync(cancellationToken);
                socket.NoDelay = noDelay;
                var connection = new LoopConnection(LoopSocket.Of(socket), limits, memory, logger);
                connection.Start();
                return connection;
            }
            catch (ObjectDisposedException)
            {
                // It was unbound.
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException)
            {
                // This one went away before it was taken.
                socket?.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        listening.Dispose();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        listening.Dispose();
        memory.Dispose();
        return default;
    }
}

/// <summary>How much a connection reads and writes ahead, in octets.</summary>
/// <param name="limits">Kestrel's limits.</param>
/// <param name="send">How long it may have no room for what is sent.</param>
/// <param name="time">The clock.</param>
internal sealed class LoopConnectionLimits(KestrelServerLimits limits, TimeSpan send, TimeProvider time)
{
    /// <summary>How long it may have no room for what is sent.</summary>
    public TimeSpan Send => send;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>How much is read before the one who asked for it has taken it.</summary>
    public long Input { get; } = limits.MaxRequestBufferSize ?? 0;

    /// <summary>How much is taken before it is sent.</summary>
    public long Output { get; } = limits.MaxResponseBufferSize is 0 ? 1 : limits.MaxResponseBufferSize ?? 0;
}
