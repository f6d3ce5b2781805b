using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Node;

/// <summary>The flags of listeners on real sockets: a node without a database, and the system's own account of what listens.</summary>
public sealed class ListenerNodeTests : IDisposable
{
    private readonly TestCommand _command = new();
    private readonly HttpClient _client = new();
    private readonly int _admin = FreePort.Next();
    private readonly int _status = FreePort.Next();
    private readonly Dictionary<string, string> _environment;

    public ListenerNodeTests() => _environment = new()
    {
        ["KONG_DATABASE"] = "off",
        ["KONG_PREFIX"] = _command.PathOf("prefix"),
        ["KONG_PROXY_LISTEN"] = $"127.0.0.1:{FreePort.Next()}",
        ["KONG_ADMIN_LISTEN"] = $"127.0.0.1:{_admin}",
        ["KONG_STATUS_LISTEN"] = $"127.0.0.1:{_status}",
        ["KONG_ADMIN_GUI_LISTEN"] = "off",
    };

    [Fact]
    public async Task AdminApi_OverTls_SpeaksBothVersionsOfHttpWithACertificateOfItsOwn()
    {
        var tls = FreePort.Next();
        _environment["KONG_ADMIN_LISTEN"] = $"127.0.0.1:{_admin}, 127.0.0.1:{tls} http2 ssl reuseport backlog=16384";
        await using var node = await StartAsync();

        var certificate = _command.PathOf("prefix/ssl/kong-default.crt");
        (await CurlAsync("--http2", "--cacert", certificate, $"https://localhost:{tls}/status")).ShouldBe("2 200");
        (await CurlAsync("--http1.1", "--cacert", certificate, $"https://localhost:{tls}/status")).ShouldBe("1.1 200");
        File.GetUnixFileMode(Path.ChangeExtension(certificate, ".key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task AdminApi_WithTheCertificateThatIsSet_ShowsThatOne()
    {
        await _command.RunAsync("hybrid", "gen_cert", _command.PathOf("a.crt"), _command.PathOf("a.key"));
        var tls = FreePort.Next();
        _environment["KONG_ADMIN_LISTEN"] = $"127.0.0.1:{tls} ssl";
        _environment["KONG_ADMIN_SSL_CERT"] = _command.PathOf("a.crt");
        _environment["KONG_ADMIN_SSL_CERT_KEY"] = Convert.ToBase64String(await File.ReadAllBytesAsync(_command.PathOf("a.key")));
        await using var node = await StartAsync();

        (await CurlAsync("--http2", "--cacert", _command.PathOf("a.crt"), "--connect-to", $"kong_clustering:{tls}:127.0.0.1:{tls}", $"https://kong_clustering:{tls}/status")).ShouldBe("1.1 200");
    }

    [Fact]
    public async Task ProxyProtocol_OnTheAdminListener_IsTakenOffAndAskedFor()
    {
        _environment["KONG_ADMIN_LISTEN"] = $"127.0.0.1:{_admin} proxy_protocol";
        await using var node = await StartAsync();

        (await CurlAsync("--haproxy-protocol", $"http://127.0.0.1:{_admin}/status")).ShouldBe("1.1 200");
        (await CurlAsync($"http://127.0.0.1:{_admin}/status")).ShouldEndWith(" 000");
    }

    [Fact]
    public async Task BothAnyAddresses_OnOnePort_AreTwoSockets()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        var port = FreePort.Next();
        _environment["KONG_ADMIN_LISTEN"] = $"0.0.0.0:{port}, [::]:{port}";
        await using var node = await StartAsync();

        (await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/status"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _client.GetAsync(new Uri($"http://[::1]:{port}/status"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        Listening("tcp", port).ShouldBe(1);
        Listening("tcp6", port).ShouldBe(1);
        await Wait.UntilAsync(() => node.Output.Contains($"The Admin API listens on 0.0.0.0:{port}, [::]:{port} and asks nobody", StringComparison.Ordinal), "the node warns");
    }

    [Fact]
    public async Task Flags_OfASocket_AreThoseOfTheSystem()
    {
        var port = FreePort.Next();
        _environment["KONG_ADMIN_LISTEN"] = $"127.0.0.1:{port} reuseport backlog=77 deferred bind so_keepalive=30m::10";
        await using var node = await StartAsync();

        Listening("tcp", port).ShouldBe(Environment.ProcessorCount);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync("GET /status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 200 OK");
        node.Output.ShouldNotContain("The Admin API listens on");

        // A second node, started by mistake, does not get a share of the connections.
        _environment["KONG_PREFIX"] = _command.PathOf("other");
        _environment["KONG_STATUS_LISTEN"] = "off";
        _environment["KONG_PROXY_LISTEN"] = "off";
        var (code, output) = await GatewayProcess.RunKongAsync(["start"], _environment);
        code.ShouldBe(1);
        output.ShouldContain($"Failed to bind to address http://127.0.0.1:{port}: address already in use");
    }

    public void Dispose()
    {
        _client.Dispose();
        _command.Dispose();
    }

    private static int Listening(string table, int port) =>
        File.ReadLines($"/proc/net/{table}").Skip(1).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(w => w[3] is "0A" && w[1].EndsWith($":{port:X4}", StringComparison.Ordinal));

    /// <summary>The version of HTTP and the status with which a URL answers curl.</summary>
    private static async Task<string> CurlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("curl", ["-s", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", "-m", "20", .. arguments]) { RedirectStandardOutput = true };
        using var curl = Process.Start(start)!;
        return await curl.StandardOutput.ReadToEndAsync();
    }

    private async Task<GatewayProcess> StartAsync()
    {
        var node = GatewayProcess.Kong(["start"], _environment);
        await Wait.UntilAsync(() => node.HasExited || node.Output.Split('\n').Contains("Kong started"), "the node starts");
        node.HasExited.ShouldBeFalse(node.Output);
        return node;
    }
}
