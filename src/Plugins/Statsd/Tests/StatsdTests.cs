using System.Net;
using System.Net.Sockets;
using Gateway.Plugins.Statsd;
using Gateway.Plugins.Tests.Common;

namespace Gateway.Plugins.Tests.Statsd;

public sealed class StatsdTests : LineServer
{
    [Fact]
    public async Task Defaults_SendsWhatTheOriginalWasSeenToSend()
    {
        new StatsdPlugin(Queues, Node).Log(Exchange(), new StatsdConfig { Host = "127.0.0.1", Port = Port });

        (await ReceiveAsync(12)).ShouldBe(
        [
            "kong.service.s_v1.request.count:1|c", "kong.service.s_v1.latency:5|ms", "kong.service.s_v1.request.size:101|c", "kong.service.s_v1.status.200:1|c",
            "kong.service.s_v1.response.size:945|c", "kong.service.s_v1.user.uniques:cb|s", "kong.service.s_v1.user.cb.request.count:1|c", "kong.service.s_v1.upstream_latency:3|ms",
            "kong.service.s_v1.kong_latency:1|ms", "kong.service.s_v1.user.cb.status.200:1|c", "kong.service.s_v1.workspace.w.status.200:1|c", "kong.route.r1.user.cb.status.200:1|c",
        ]);
    }

    [Fact]
    public async Task WithoutAService_TellsOfTheUnmatched_AndOnlyOfAllowedStatuses()
    {
        var plugin = new StatsdPlugin(Queues, Node);
        var config = new StatsdConfig { Host = "127.0.0.1", Port = Port, HostnameInPrefix = true, UdpPacketSize = 1000, AllowStatusCodes = ["400-404", "500-599"] };

        plugin.Log(Exchange(), config);
        plugin.Log(Exchange(404, isMatched: false), config);

        (await ReceiveAsync(1)).ShouldBe([string.Join('\n', new[]
        {
            "request.count:1|c", "latency:5|ms", "request.size:101|c", "status.404:1|c", "response.size:945|c", "kong_latency:1|ms", "workspace.w.status.404:1|c",
        }.Select(line => "kong.node.a_test.global.unmatched." + line))]);
    }

    [Theory]
    [InlineData("dogstatsd", "kong.latency:5|ms|#service:s.v1,route:r,workspace:w,consumer:b_b,node:a_test,status:200")]
    [InlineData("influxdb", "kong.latency,service=s.v1,route=r,workspace=w,consumer=b_b,node=a_test,status=200:5|ms")]
    [InlineData("librato", "kong.latency#service=s.v1,route=r,workspace=w,consumer=b_b,node=a_test,status=200:5|ms")]
    [InlineData("signalfx", "kong.latency[service=s.v1,route=r,workspace=w,consumer=b_b,node=a_test,status=200]:5|ms")]
    public async Task WithTags_NamesTheRestInThem(string style, string expected)
    {
        var metric = new StatsdMetric { Name = "latency", StatType = "timer", ConsumerIdentifier = "username" };
        new StatsdPlugin(Queues, Node).Log(Exchange(), new StatsdConfig { Host = "127.0.0.1", Port = Port, TagStyle = style, Metrics = [metric, metric with { Name = "unique_users" }] });

        (await ReceiveAsync(1)).ShouldBe([expected]);
    }

    [Fact]
    public async Task OverTcp_SendsALineForEach()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var metrics = new[] { new StatsdMetric { Name = "request_count", StatType = "counter", SampleRate = 1 }, new StatsdMetric { Name = "kong_latency", StatType = "histogram" } };
        new StatsdPlugin(Queues, Node).Log(
            Exchange(), new StatsdConfig { Host = "127.0.0.1", Port = ((IPEndPoint)server.LocalEndpoint).Port, UseTcp = true, Metrics = metrics });

        using var client = await server.AcceptTcpClientAsync(Limit);
        using var reader = new StreamReader(client.GetStream());
        (await reader.ReadToEndAsync(Limit)).ShouldBe("kong.service.s_v1.request.count:1|c\nkong.service.s_v1.kong_latency:1|h\n");
    }
}
