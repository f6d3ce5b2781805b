using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Gateway.DataPlane.Streams;

/// <summary>The datagrams of one client, in the order in which they came.</summary>
/// <param name="socket">The listener's socket, from which the answers go.</param>
/// <param name="client">The client, as the socket names it.</param>
/// <param name="local">The address that the client spoke to.</param>
internal sealed class UdpFlow(Socket socket, EndPoint client, IPEndPoint local)
{
    /// <summary>The largest datagram that there is, in octets.</summary>
    public const int MaxDatagram = 65_535;

    // How many datagrams wait while an upstream is found; datagrams that are too many get lost, as they may anywhere.
    private const int MaxWaiting = 64;

    private readonly Channel<(byte[] Buffer, int Length)> _waiting = Channel.CreateBounded<(byte[], int)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, SingleWriter = true });

    private long _lastActive;

    /// <summary>The client's end.</summary>
    public IPEndPoint Client { get; } = TcpProxy.Plain(client);

    /// <summary>The end that the client spoke to.</summary>
    public IPEndPoint Local => local;

    /// <summary>When a datagram last came or went, in ticks of the clock.</summary>
    public long LastActive
    {
        get => Volatile.Read(ref _lastActive);
        set => Volatile.Write(ref _lastActive, value);
    }

    /// <summary>Ends when the flow does.</summary>
    public Task Completion { get; set; } = Task.CompletedTask;

    /// <summary>Takes a datagram of the client.</summary>
    /// <param name="datagram">The datagram, which is copied.</param>
    public void Take(ReadOnlySpan<byte> datagram)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, datagram.Length));
        datagram.CopyTo(buffer);
        if (!_waiting.Writer.TryWrite((buffer, datagram.Length)))
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Hands the datagrams of the client over, until it is cancelled.</summary>
    /// <param name="take">Is given each.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ReadAsync(Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellation)
    {
        await foreach (var (buffer, length) in _waiting.Reader.ReadAllAsync(cancellation))
        {
            await take(buffer.AsMemory(0, length));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Lets the session end once what has come is sent.</summary>
    public void End() => _waiting.Writer.TryComplete();

    /// <summary>Sends a datagram to the client.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask AnswerAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellation) => await socket.SendToAsync(datagram, SocketFlags.None, client, cancellation);
}
