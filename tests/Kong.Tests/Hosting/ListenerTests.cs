using System.Net;
using System.Net.Sockets;
using Gateway.Hosting;

namespace Gateway.Kong.Tests.Hosting;

public sealed class ListenerTests
{
    [Fact]
    public void List_AsKongWritesIt_IsRead()
    {
        const string Setting = "0.0.0.0:8000 reuseport backlog=16384, 127.0.0.1:8443 http2 ssl reuseport so_keepalive=30m::10";
        Listener.TryParseList(Setting, out var all, out var error).ShouldBeTrue();

        error.ShouldBeNull();
        all.ShouldBe(
        [
            new Listener(IPAddress.Any, 8000) { ReusePort = true, Backlog = 16384 },
            new Listener(IPAddress.Loopback, 8443, Tls: true, Http2: true) { ReusePort = true, KeepAlive = new SocketKeepAlive(true, 1800, null, 10) },
        ]);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("")]
    public void List_Off_IsEmpty(string setting)
    {
        Listener.TryParseList(setting, out var all, out _).ShouldBeTrue();
        all.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("bad")]
    [InlineData("8000")]
    [InlineData("0.0.0.0:70000")]
    [InlineData("0.0.0.0:8000 tls")]
    [InlineData("0.0.0.0:8000 backlog=many")]
    [InlineData("0.0.0.0:8000 so_keepalive=maybe")]
    [InlineData("0.0.0.0:8000 so_keepalive=::")]
    [InlineData("0.0.0.0:8000, example.test:1")]
    public void List_Malformed_TellsTheForm(string setting)
    {
        Listener.TryParseList(setting, out var all, out var error).ShouldBeFalse();
        all.ShouldBeEmpty();
        error.ShouldStartWith("must be of form: [off] | <ip>:<port> [ssl]");
    }

    [Fact]
    public void List_BothAnyAddressesOnOnePort_StandSideBySide()
    {
        Listener.TryParseList("0.0.0.0:8000, [::]:8000, 0.0.0.0:8443 ssl", out var all, out _).ShouldBeTrue();
        all.ShouldContain(new Listener(IPAddress.Any, 8000));
        all.Contains(new Listener(IPAddress.IPv6Any, 8000) { Ipv6Only = true }).ShouldBe(Socket.OSSupportsIPv6);
    }
}
