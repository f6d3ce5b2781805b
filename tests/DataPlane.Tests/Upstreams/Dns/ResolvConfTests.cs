using System.Net;
using Gateway.DataPlane.Upstreams.Dns;

namespace Gateway.DataPlane.Tests.Upstreams.Dns;

public sealed class ResolvConfTests
{
    [Fact]
    public void Parse_AFile_IsReadAsResolversReadIt()
    {
        var conf = ResolvConf.Parse(
        [
            "# a comment", "nameserver 10.0.0.10", "nameserver fd00::1 ; the other", "nameserver nonsense", "domain old.test",
            "search svc.cluster.test. cluster.test", "options ndots:5 timeout:3 attempts:2 rotate unknown:1",
        ]);
        conf.Servers.ShouldBe([new IPEndPoint(IPAddress.Parse("10.0.0.10"), 53), new IPEndPoint(IPAddress.Parse("fd00::1"), 53)]);
        conf.Search.ShouldBe(["svc.cluster.test", "cluster.test"]);
        (conf.Ndots, conf.Timeout, conf.Attempts, conf.Rotate).ShouldBe((5, TimeSpan.FromSeconds(3), 2, true));
    }

    [Fact]
    public void Load_AMissingFile_AsksThisMachine() =>
        ResolvConf.Load("/nonexistent/resolv.conf").Servers.ShouldBe([new IPEndPoint(IPAddress.Loopback, 53)]);
}
