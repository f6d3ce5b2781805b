using System.Text;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

public class UpgradeAnswerTests
{
    [Fact]
    public async Task Answer_ToTheRecordedRequest_HasTheRecordedHeadersAndNoOthers()
    {
        using var certificate = TestCertificates.Cluster();
        await using var controlPlane = new TestControlPlane(certificate);
        await controlPlane.StartAsync();
        await using var plane = await RawPlane.DialAsync(controlPlane.Endpoint, certificate);
        await plane.Stream.WriteAsync(Encoding.ASCII.GetBytes(
            "GET /v1/outlet?node_id=b63a2096-5d35-4583-af9b-b02c77603ffb&node_hostname=vm&node_version=3.9.3 HTTP/1.1\r\nUpgrade: websocket\r\n"
            + "Host: 127.0.0.1:17306\r\nSec-WebSocket-Key: 0G6InBdA5dNByx6JtzcfGQ==\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade\r\n\r\n"));

        var buffer = new byte[4096];
        var answer = Encoding.ASCII.GetString(buffer, 0, await plane.Stream.ReadAsync(buffer));
        var lines = answer.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("HTTP/1.1 101 Switching Protocols");
        lines.Skip(1).Select(l => l.Split(':')[0]).ShouldBe(["Date", "Connection", "Upgrade", "Sec-WebSocket-Accept"], ignoreOrder: true);
        lines.ShouldContain("Sec-WebSocket-Accept: 69bReZuNbLUn0Y+oagjaVyGkhiE=");
    }
}
