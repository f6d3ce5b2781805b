using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.DataPlane.Sockets;

namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>The idle connections to one address, over TLS to one server name.</summary>
/// <param name="endpoint">The address.</param>
/// <param name="tls">How TLS is spoken; null for cleartext.</param>
/// <param name="connectTimeout">How long connecting may take, TLS included.</param>
/// <param name="options">What happens to connections between two requests.</param>
/// <param name="time">The clock.</param>
internal sealed class Http1Pool(IPEndPoint endpoint, SslClientAuthenticationOptions? tls, TimeSpan connectTimeout, KeepAliveOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<Http1Connection> _idle = [];
    private bool _isRetired;

    /// <summary>The values that the answers of this upstream mostly have.</summary>
    public HeaderValues Values { get; } = new();

    /// <summary>Whether connections are used for more than one request.</summary>
    public bool KeepsAlive => options is { IsOn: true, PoolSize: > 0 };

    /// <summary>Whether it keeps nothing any more.</summary>
    public bool IsRetired => Volatile.Read(ref _isRetired);

    /// <summary>When it was last asked for a connection, in ticks of the clock.</summary>
    public long LastUsed { get; private set; } = time.GetTimestamp();

    /// <summary>An idle connection, the one that was used last; null when there is none. Whether it is stale is to be asked right before something is sent.</summary>
    public Http1Connection? TryTake()
    {
        LastUsed = time.GetTimestamp();
        while (true)
        {
            Http1Connection connection;
            lock (_lock)
            {
                if (_idle.Count is 0)
                {
                    return null;
                }

                connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }

            if (!IsOld(connection))
            {
                return connection;
            }

            connection.Dispose();
        }
    }

    /// <summary>Takes back a connection that is fit for another request.</summary>
    /// <param name="connection">The connection; everything of the last answer is consumed.</param>
    public void Return(Http1Connection connection)
    {
        connection.Requests++;
        if (KeepsAlive && connection.Received.IsEmpty && (options.MaxRequests is 0 || connection.Requests < options.MaxRequests))
        {
            connection.Small();
            connection.IdleSince = time.GetTimestamp();
            connection.Rest();
            if (TryKeep(connection))
            {
                return;
            }
        }

        connection.Dispose();
    }

    /// <summary>Makes a new connection.</summary>
    /// <param name="cancellation">Gives up, because the client went away.</param>
    /// <returns>The connection, or why there is none.</returns>
    public async ValueTask<(Http1Connection? Connection, Http1Failure Failure)> ConnectAsync(CancellationToken cancellation)
    {
        LoopSocket? socket = null;
        SslStream? stream = null;
        GatedStream? gate = null;
        using var limit = new CancellationTokenSource(connectTimeout, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            socket = await LoopSocket.ConnectAsync(endpoint, ending.Token);
            if (tls is not null)
            {
                await using var giving = ending.Token.UnsafeRegister(static state => ((LoopSocket)state!).Dispose(), socket);
                stream = new SslStream(gate = new GatedStream(socket));
                await stream.AuthenticateAsClientAsync(tls, ending.Token);
            }

            return (new Http1Connection(socket, stream, gate, time), Http1Failure.None);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            socket?.Dispose();
            stream?.Dispose();
            return (null, cancellation.IsCancellationRequested ? Http1Failure.ClientGone : limit.IsCancellationRequested ? Http1Failure.ConnectTimeout : Http1Failure.NotConnected);
        }
    }

    /// <summary>Closes idle connections that are stale or have been idle for too long.</summary>
    public void Sweep()
    {
        List<Http1Connection> closing;
        lock (_lock)
        {
            closing = _idle.FindAll(c => c.IsStale || IsOld(c));
            _idle.RemoveAll(closing.Contains);
        }

        closing.ForEach(c => c.Dispose());
    }

    /// <summary>Closes what is idle, and lets nothing be idle any more.</summary>
    public void Retire()
    {
        Http1Connection[] closing;
        lock (_lock)
        {
            Volatile.Write(ref _isRetired, true);
            closing = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in closing)
        {
            connection.Dispose();
        }
    }

    private bool IsOld(Http1Connection connection) => options.IdleTimeout != Timeout.InfiniteTimeSpan && time.GetElapsedTime(connection.IdleSince) >= options.IdleTimeout;

    private bool TryKeep(Http1Connection connection)
    {
        lock (_lock)
        {
            if (_isRetired || _idle.Count >= options.PoolSize)
            {
                return false;
            }

            _idle.Add(connection);
            return true;
        }
    }
}
