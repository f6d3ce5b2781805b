using System.Text;
using Gateway.Sync.Telemetry;

namespace Gateway.Sync.Tests;

/// <summary>What a data plane reports is taken in only when it can be added up.</summary>
public sealed class NodeVitalsTests
{
    [Theory]
    [InlineData("""{"at":1,"r2xx":5,"latency":[3,5]}""", true)]
    [InlineData("""{"at":1,"latency":null}""", false)]
    [InlineData("""{"at":1,"r2xx":9223372036854775807,"r3xx":9223372036854775807}""", false)]
    [InlineData("""{"at":1,"r2xx":-1}""", false)]
    [InlineData("""{"at":1,"latency":[1,9223372036854775807]}""", false)]
    [InlineData("""[]""", false)]
    public void Parse_Message_IsTakenOrDropped(string message, bool taken) =>
        (NodeVitals.Parse(Encoding.UTF8.GetBytes(message)) is not null).ShouldBe(taken);
}
