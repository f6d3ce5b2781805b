using System.Net;
using Gateway.Plugins.IpRestriction;
using Gateway.PluginSdk.Testing;

namespace Gateway.Plugins.Tests.IpRestriction;

public sealed class IpRestrictionTests
{
    private readonly IpRestrictionPlugin _plugin = new();

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("10.0.0.0/8", "10.255.1.2", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.9.8.7/8", "10.0.0.1", true)]
    [InlineData("192.168.1.128/25", "192.168.1.127", false)]
    [InlineData("192.168.1.128/25", "192.168.1.255", true)]
    [InlineData("0.0.0.0/0", "1.2.3.4", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "ffff::1", true)]
    [InlineData("::/0", "1.2.3.4", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:db8::/127", "2001:db8::2", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.1.1", true)]
    public async Task Access_AllowedRanges_ContainTheAddressOrNot(string range, string address, bool inside)
    {
        var exchange = new FakeExchange { Address = IPAddress.Parse(address) };

        await _plugin.AccessAsync(exchange, new IpRestrictionConfig { Allow = ["1.1.1.1", "fe80::/10", range] });

        (exchange.Answer is null).ShouldBe(inside);
    }

    [Theory]
    [InlineData("10.1.1.1", null, null)]
    [InlineData("10.6.6.6", 403, "IP address not allowed: 10.6.6.6")]
    [InlineData("11.0.0.1", 403, "IP address not allowed: 11.0.0.1")]
    [InlineData("2001:db8::1", 403, "IP address not allowed: 2001:db8::1")]
    public async Task Access_DenyAndAllow_DenyGoesFirst(string address, int? status, string? message)
    {
        var exchange = new FakeExchange { Address = IPAddress.Parse(address) };

        await _plugin.AccessAsync(exchange, new IpRestrictionConfig { Allow = ["10.0.0.0/8"], Deny = ["10.6.6.0/24"] });

        exchange.Status.ShouldBe(status);
        exchange.Message.ShouldBe(message);
    }

    [Fact]
    public async Task Access_OwnStatusAndMessage_AreAnswered()
    {
        var exchange = new FakeExchange();

        await _plugin.AccessAsync(exchange, new IpRestrictionConfig { Deny = ["127.0.0.0/8"], Status = 451, Message = "nope" });

        exchange.Status.ShouldBe(451);
        exchange.Message.ShouldBe("nope");
    }

    [Fact]
    public async Task Access_EmptyAllow_RefusesNobody()
    {
        var exchange = new FakeExchange();

        await _plugin.AccessAsync(exchange, new IpRestrictionConfig { Allow = [], Deny = ["10.0.0.1"] });

        exchange.Answer.ShouldBeNull();
    }
}
