using System.Text.Json.Nodes;
using Gateway.Plugins.Loggly;
using Gateway.Plugins.Tests.Common;

namespace Gateway.Plugins.Tests.Loggly;

public sealed class LogglyTests : LineServer
{
    [Fact]
    public async Task MarksEntriesWithSeverityKeyAndTags_AndLeavesOutWhatIsLessSevere()
    {
        var plugin = new LogglyPlugin(Queues, Node, new TestClock(new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero)));
        var config = new LogglyConfig { Host = "127.0.0.1", Port = Port, Key = "k", Tags = new HashSet<string> { "kong", "a\"]" }, LogLevel = "warning", ServerErrorsSeverity = "crit" };

        plugin.Log(Exchange(), config);
        plugin.Log(Exchange(502), config);

        var sent = (await ReceiveAsync(1))[0];
        sent.ShouldStartWith("<10>1 2026-05-01T10:00:00Z a.test kong - - [k@41058 tag=\"kong\" tag=\"a\\\"\\]\"] {");
        JsonNode.Parse(sent[sent.IndexOf('{', StringComparison.Ordinal)..])!["response"]!["status"]!.GetValue<int>().ShouldBe(502);
    }
}
