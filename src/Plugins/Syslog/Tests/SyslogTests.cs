using System.Net.Sockets;
using System.Text;
using Gateway.Plugins.Syslog;
using Gateway.Plugins.Tests.Common;

namespace Gateway.Plugins.Tests.Syslog;

public sealed class SyslogTests : LineServer
{
    [Fact]
    public async Task SendsToTheSystemsSocket_WithFacilityAndSeverity()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("syslog-").FullName, "log");
        using var log = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        log.Bind(new UnixDomainSocketEndPoint(path));
        var now = new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero);
        var config = new SyslogConfig { Facility = "local3", ServerErrorsSeverity = "err", ClientErrorsSeverity = "debug" };

        var message = SyslogPlugin.Message(500, Exchange(500).LogEntry, config, now).ShouldNotBeNull();
        (await SyslogPlugin.SendAsync(path, [message], Limit)).ShouldBeNull();

        var buffer = new byte[4096];
        var length = await log.ReceiveAsync(buffer, Limit);
        Encoding.UTF8.GetString(buffer, 0, length).ShouldStartWith($"<{(19 * 8) + 3}>May  1 10:00:00 kong: {{");
        SyslogPlugin.Message(404, Exchange(404).LogEntry, config, now).ShouldBeNull();
        (await SyslogPlugin.SendAsync(path + "-none", [message], Limit)).ShouldNotBeNull();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
