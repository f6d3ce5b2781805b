using System.Net;
using Gateway.DataPlane.Streams;
using Gateway.Hosting;

namespace Gateway.DataPlane.Tests.Streams;

public sealed class StreamListenerTests
{
    [Fact]
    public void List_WithFlags_IsRead()
    {
        StreamListener.TryParseList(
            "0.0.0.0:9000 reuseport backlog=65536 so_keepalive=on, [::]:9443 ssl proxy_protocol ipv6only=on, 127.0.0.1:9053 udp bind so_keepalive=off", out var listeners, out var error).ShouldBeTrue(error);

        listeners.ShouldBe(
        [
            new StreamListener(IPAddress.Any, 9000) { ReusePort = true, Backlog = 65536, KeepAlive = new SocketKeepAlive(true) },
            new StreamListener(IPAddress.IPv6Any, 9443) { Tls = true, ProxyProtocol = true, Ipv6Only = true },
            new StreamListener(IPAddress.Loopback, 9053) { Udp = true, KeepAlive = new SocketKeepAlive(false) },
        ]);
        StreamListener.TryParseList("off", out listeners, out _).ShouldBeTrue();
        listeners.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("9000", "must be of form: [off] | <ip>:<port> [udp] [ssl]")]
    [InlineData("0.0.0.0:9000 http2", "got '0.0.0.0:9000 http2'")]
    [InlineData("0.0.0.0:9000 backlog=many", "got '0.0.0.0:9000 backlog=many'")]
    [InlineData("0.0.0.0:99999", "got '0.0.0.0:99999'")]
    [InlineData("0.0.0.0:9000 udp ssl", "'udp' goes neither with 'ssl' nor with 'proxy_protocol', got '0.0.0.0:9000 udp ssl'")]
    public void List_ThatIsWrong_SaysWhere(string setting, string expected)
    {
        StreamListener.TryParseList(setting, out _, out var error).ShouldBeFalse();
        error.ShouldNotBeNull().ShouldContain(expected);
    }

    [Fact]
    public void Open_WithTimesOfProbes_TellsThemToTheSystem()
    {
        StreamListener.TryParseList("127.0.0.1:0 so_keepalive=30m:15s:4", out var listeners, out var error).ShouldBeTrue(error);
        using var socket = listeners[0].Open(both: false);

        ((int)socket.GetSocketOption(System.Net.Sockets.SocketOptionLevel.Tcp, System.Net.Sockets.SocketOptionName.TcpKeepAliveTime)!).ShouldBe(1800);
        ((int)socket.GetSocketOption(System.Net.Sockets.SocketOptionLevel.Tcp, System.Net.Sockets.SocketOptionName.TcpKeepAliveInterval)!).ShouldBe(15);
        ((int)socket.GetSocketOption(System.Net.Sockets.SocketOptionLevel.Tcp, System.Net.Sockets.SocketOptionName.TcpKeepAliveRetryCount)!).ShouldBe(4);
        StreamListener.TryParseList("127.0.0.1:0 so_keepalive=often", out _, out error).ShouldBeFalse();
    }

    [Fact]
    public void Open_AnAddressThatIsTaken_SaysWhich()
    {
        using var taken = new StreamListener(IPAddress.Loopback, 0).Open(both: false);
        var listener = new StreamListener(IPAddress.Loopback, ((IPEndPoint)taken.LocalEndPoint!).Port);
        Should.Throw<IOException>(() => listener.Open(both: false)).Message.ShouldStartWith($"Failed to bind to address {listener}: ");
    }
}
