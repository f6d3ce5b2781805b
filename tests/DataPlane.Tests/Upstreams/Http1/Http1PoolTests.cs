using System.Net;
using System.Net.Sockets;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Http1;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Upstreams.Http1;

public sealed class Http1PoolTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly StoppedClock _clock = new();

    public Http1PoolTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Idle_LongerThanItsTime_IsNotUsed()
    {
        var pool = Pool(new KeepAliveOptions { IdleTimeout = TimeSpan.FromSeconds(60) });
        var connection = await ConnectAsync(pool);
        pool.Return(connection);
        pool.TryTake().ShouldBeSameAs(connection);
        pool.Return(connection);
        _clock.Advance(TimeSpan.FromSeconds(60));
        pool.TryTake().ShouldBeNull();
    }

    [Fact]
    public async Task Idle_MoreThanAreKept_AreClosed()
    {
        var pool = Pool(new KeepAliveOptions { PoolSize = 1 });
        var (one, two) = (await ConnectAsync(pool), await ConnectAsync(pool));
        pool.Return(one);
        pool.Return(two);
        pool.TryTake().ShouldBeSameAs(one);
        pool.TryTake().ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Idle_ClosedByTheUpstream_OrSentWhatNobodyAskedFor_IsStale(bool closes)
    {
        var pool = Pool(new KeepAliveOptions());
        var accepting = _listener.AcceptSocketAsync();
        var connection = await ConnectAsync(pool);
        using var upstream = await accepting;
        pool.Return(connection);
        if (closes)
        {
            upstream.Shutdown(SocketShutdown.Send);
        }
        else
        {
            await upstream.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"u8.ToArray(), SocketFlags.None);
        }

        pool.TryTake()!.IsStale.ShouldBeTrue("it is noticed at once");
    }

    [Fact]
    public async Task Retired_KeepsNothing()
    {
        var pool = Pool(new KeepAliveOptions());
        var connection = await ConnectAsync(pool);
        pool.Retire();
        pool.Return(connection);
        pool.TryTake().ShouldBeNull();
    }

    [Fact]
    public async Task Connect_ToNobody_IsAFailure()
    {
        _listener.Stop();
        (await Pool(new KeepAliveOptions()).ConnectAsync(CancellationToken.None)).Failure.ShouldBe(Http1Failure.NotConnected);
    }

    [Fact]
    public void Output_WritesNothingThatIsReadAsSomethingElse()
    {
        var output = new RequestOutput();
        output.RequestLine("GET", "/a", "b c\r\nX: 1\u00e9");
        output.Header("X-Good", "a\u00e9\tb");
        output.Header("X-Split", "a\r\nX-Evil: 1");
        output.Header("X-Nul", "a\0b");
        output.Header("X Evil", "1");
        output.Header("X-Evil\r\nY", "1");
        output.Header(string.Empty, "1");
        System.Text.Encoding.Latin1.GetString(output.Written.Span).ShouldBe("GET /a?b%20c%0D%0AX:%201%C3%A9 HTTP/1.1\r\nX-Good: a\u00e9\tb\r\n");
        Should.Throw<ArgumentException>(() => output.RequestLine("GET /x HTTP/1.1\r\n", "/", null));
    }

    private Http1Pool Pool(KeepAliveOptions options) => new((IPEndPoint)_listener.LocalEndpoint, null, TimeSpan.FromSeconds(30), options, _clock);

    private static async Task<Http1Connection> ConnectAsync(Http1Pool pool) => (await pool.ConnectAsync(CancellationToken.None)).Connection!;
}
