using System.Net;
using System.Net.Sockets;
using Gateway.DataPlane.Sockets;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Sockets;

public sealed class LoopSocketTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LoopSocketTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Octets_ThatComeTogetherWithTheEnd_AreReceivedAndThenTheEnd()
    {
        for (var round = 0; round < 200; round++)
        {
            var (socket, peer) = await PairAsync();
            using (socket)
            {
                var receiving = round % 2 is 0 ? ReceiveAllAsync(socket, 16) : null;
                await peer.SendAsync(new byte[10]);
                peer.Dispose();
                (await (receiving ?? ReceiveAllAsync(socket, 16)).WaitAsync(Wait.Patience)).Length.ShouldBe(10);
            }
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(100_000)]
    public async Task Stream_InBothDirections_ArrivesWhole(int piece)
    {
        var (socket, peer) = await PairAsync();
        using (socket)
        using (peer)
        {
            var bytes = new byte[piece * 200];
            Random.Shared.NextBytes(bytes);
            using var far = new NetworkStream(peer);
            var receiving = ReceiveAllAsync(socket, piece / 2);
            var reading = ReadAsync(far, bytes.Length);
            for (var at = 0; at < bytes.Length; at += piece)
            {
                await far.WriteAsync(bytes.AsMemory(at, piece));
            }

            peer.Shutdown(SocketShutdown.Send);
            for (ReadOnlyMemory<byte> rest = bytes; !rest.IsEmpty;)
            {
                rest = rest[await socket.SendAsync(rest, isMoreToCome: rest.Length > 5)..];
            }

            (await receiving.WaitAsync(Wait.Patience)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
            (await reading.WaitAsync(Wait.Patience)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Reader_OfAnEmptyBuffer_WaitsUntilThereIsSomething()
    {
        var (socket, peer) = await PairAsync();
        using (socket)
        using (peer)
        {
            await peer.SendAsync(new byte[3]);
            (await ReceiveSomeAsync(socket)).ShouldBe(3);
            var waiting = socket.ReceiveAsync(Memory<byte>.Empty).AsTask();
            await peer.SendAsync(new byte[2]);
            (await waiting.WaitAsync(Wait.Patience)).ShouldBe(0);
            (await ReceiveSomeAsync(socket)).ShouldBe(2);
        }
    }

    [Fact]
    public async Task Handlers_ThatBlock_DoNotKeepOthersFromBeingServed()
    {
        // As many as there are loops, twice: whichever loop the last one belongs to, others block there.
        var pairs = await Task.WhenAll(Enumerable.Range(0, (2 * Environment.ProcessorCount) + 1).Select(_ => PairAsync()));
        using var gate = new ManualResetEventSlim();
        var blocked = new CountdownEvent(pairs.Length - 1);
        var handlers = pairs[..^1].Select(p => BlockAsync(p.Socket, gate, blocked)).ToArray();
        foreach (var (_, peer) in pairs[..^1])
        {
            await peer.SendAsync(new byte[1]);
        }

        await Wait.UntilAsync(() => blocked.IsSet, "all handlers block");
        var (free, other) = pairs[^1];
        for (var i = 0; i < 10; i++)
        {
            var answering = ReceiveSomeAsync(free);
            await other.SendAsync(new byte[1]);
            (await answering.WaitAsync(Wait.Patience)).ShouldBe(1);
        }

        gate.Set();
        await Task.WhenAll(handlers).WaitAsync(Wait.Patience);
        foreach (var (socket, peer) in pairs)
        {
            socket.Dispose();
            peer.Dispose();
        }
    }

    [Fact]
    public async Task Waiters_WhenTheSocketIsClosed_AreToldSo()
    {
        var (socket, peer) = await PairAsync();
        using (peer)
        {
            var receiving = socket.ReceiveAsync(new byte[1]).AsTask();
            socket.Dispose();
            await Should.ThrowAsync<ObjectDisposedException>(receiving.WaitAsync(Wait.Patience));
            await Should.ThrowAsync<ObjectDisposedException>(async () => await socket.ReceiveAsync(new byte[1]));
            await Should.ThrowAsync<ObjectDisposedException>(async () => await socket.SendAsync(new byte[1]));
        }
    }

    [Fact]
    public async Task Abort_OfOneSide_IsAnErrorForTheOther()
    {
        var (socket, peer) = await PairAsync();
        using (socket)
        {
            var receiving = socket.ReceiveAsync(new byte[1]).AsTask();
            peer.Close(0);
            var error = await Should.ThrowAsync<SocketException>(receiving.WaitAsync(Wait.Patience));
            error.SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        }
    }

    [Fact]
    public async Task Connect_WhereNobodyListens_IsRefused()
    {
        _listener.Stop();
        var error = await Should.ThrowAsync<SocketException>(async () => await LoopSocket.ConnectAsync((IPEndPoint)_listener.LocalEndpoint, CancellationToken.None));
        error.SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    [Fact]
    public async Task Connect_ThatIsGivenUp_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await LoopSocket.ConnectAsync((IPEndPoint)_listener.LocalEndpoint, cancellation.Token));
    }

    private static async Task BlockAsync(LoopSocket socket, ManualResetEventSlim gate, CountdownEvent blocked)
    {
        // On the thread of the loop, and nowhere else.
        await socket.ReceiveAsync(new byte[1]).ConfigureAwait(false);
        blocked.Signal();
        gate.Wait();
    }

    private static async Task<int> ReceiveSomeAsync(LoopSocket socket) => await socket.ReceiveAsync(new byte[64]);

    private static async Task<byte[]> ReceiveAllAsync(LoopSocket socket, int most)
    {
        using var all = new MemoryStream();
        var buffer = new byte[most];
        for (int received; (received = await socket.ReceiveAsync(buffer)) > 0;)
        {
            all.Write(buffer, 0, received);
        }

        return all.ToArray();
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private async Task<(LoopSocket Socket, Socket Peer)> PairAsync()
    {
        var accepting = _listener.AcceptSocketAsync();
        var socket = await LoopSocket.ConnectAsync((IPEndPoint)_listener.LocalEndpoint, CancellationToken.None);
        return (socket, await accepting);
    }
}
