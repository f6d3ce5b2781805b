using Gateway.Plugins.Datadog;
using Gateway.Plugins.Tests.Common;

namespace Gateway.Plugins.Tests.Datadog;

public sealed class DatadogTests : LineServer
{
    [Fact]
    public async Task Defaults_SendsWhatTheOriginalWasSeenToSend()
    {
        var plugin = new DatadogPlugin(Queues);
        plugin.Log(Exchange(), new DatadogConfig { Host = "127.0.0.1", Port = Port });
        (await ReceiveAsync(6)).ShouldBe(new[] { "request.count:1|c", "latency:5|ms", "request.size:101|ms", "response.size:945|ms", "upstream_latency:3|ms", "kong_latency:1|ms" }
            .Select(line => $"kong.{line}|#name:s.v1,status:200,consumer:cb,app:kong"));

        plugin.Log(Exchange(404, isMatched: false), new DatadogConfig { Host = "127.0.0.1", Port = Port, Metrics = [new() { Name = "upstream_latency", StatType = "distribution" }] });
        (await ReceiveAsync(1)).ShouldBe(["kong.upstream_latency:-1|d|#name:,status:404"]);
    }
}
