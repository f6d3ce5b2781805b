using System.Net;
using Gateway.DataPlane.Proxy;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Proxy;

public sealed class TrustedProxiesTests
{
    private static readonly IPAddress _proxy = IPAddress.Parse("10.0.0.1");

    [Theory]
    [InlineData("3.3.3.3", false, "3.3.3.3")]
    [InlineData("1.1.1.1, 3.3.3.3", false, "3.3.3.3")]
    [InlineData("1.1.1.1, 3.3.3.3, 10.0.0.2", false, "10.0.0.2")]
    [InlineData("1.1.1.1, 3.3.3.3, 10.0.0.2", true, "3.3.3.3")]
    [InlineData("10.0.0.3,10.0.0.2", true, "10.0.0.3")]
    [InlineData("[::1]:80", false, "::1")]
    [InlineData("3.3.3.3:4711", false, "3.3.3.3")]
    [InlineData("unknown", false, "10.0.0.1")]
    [InlineData("1.1.1.1, what, 10.0.0.2", true, "10.0.0.2")]
    public void Client_BehindATrustedProxy_IsTheOneThatItTells(string header, bool recursive, string client) =>
        new TrustedProxies([IPNetwork.Parse("10.0.0.0/8")], "X-Forwarded-For", recursive)
            .Client(_proxy, new HeaderDictionary { ["X-Forwarded-For"] = header }, null).ToString().ShouldBe(client);

    [Fact]
    public void Client_ToldByTheProxyProtocol_IsTaken() => new TrustedProxies([IPNetwork.Parse("10.0.0.0/8")], "proxy_protocol")
        .Client(_proxy, new HeaderDictionary { ["X-Real-IP"] = "4.4.4.4" }, IPAddress.Parse("5.5.5.5")).ToString().ShouldBe("5.5.5.5");

    [Fact]
    public void Trust_MappedAddresses_AreThoseOfIPv4()
    {
        var trusted = new TrustedProxies([IPNetwork.Parse("10.0.0.0/8")]);

        trusted.Trust(IPAddress.Parse("::ffff:10.2.3.4")).ShouldBeTrue();
        trusted.Trust(IPAddress.Parse("11.2.3.4")).ShouldBeFalse();
        trusted.Trust(null).ShouldBeFalse();
    }
}
