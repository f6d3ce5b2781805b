using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Streams;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Streams;

/// <summary>The bundled plugins that take part in streams, on real connections.</summary>
public sealed class StreamPluginTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("streams-").FullName;
    private readonly TcpUpstream _upstream = new();
    private readonly Service _service;

    public StreamPluginTests() => _service = StreamGateway.Service(_upstream.Port) with { Name = "echo" };

    public void Dispose()
    {
        _upstream.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Log_OfAStream_IsInKongsForm()
    {
        var file = Path.Combine(_folder, "streams.log");
        var route = StreamGateway.Route(_service) with { Name = "all" };
        await using var gateway = await StreamGateway.StartAsync(Config(route, ForStreams("file-log", new() { ["path"] = file })));
        using (var client = await gateway.ConnectAsync())
        {
            await client.SayAsync("12345");
            await client.HearAsync("12345");
        }

        var entry = await LineAsync(file);
        entry.Select(f => f.Key).ShouldBe(
            ["client_ip", "started_at", "latencies", "session", "upstream", "tries", "workspace_name", "route", "service"], ignoreOrder: true);
        entry["client_ip"]!.GetValue<string>().ShouldBe("127.0.0.1");
        entry["session"]!.ToJsonString().ShouldBe($$"""{"received":5,"sent":5,"status":200,"server_port":{{gateway.Ports[0]}}}""");
        entry["upstream"]!.ToJsonString().ShouldBe("""{"received":5,"sent":5}""");
        entry["latencies"]!.AsObject().Select(f => f.Key).ShouldBe(["session", "kong"], ignoreOrder: true);
        entry["tries"]![0]!["port"]!.GetValue<int>().ShouldBe(_upstream.Port);
        (entry["route"]!["name"]!.GetValue<string>(), entry["service"]!["name"]!.GetValue<string>()).ShouldBe(("all", "echo"));
        DateTimeOffset.FromUnixTimeMilliseconds(entry["started_at"]!.GetValue<long>()).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Stream_OfAnAddressThatIsDenied_IsClosedAndLogged()
    {
        var file = Path.Combine(_folder, "denied.log");
        await using var gateway = await StreamGateway.StartAsync(Config(
            StreamGateway.Route(_service),
            Some.Plugin("ip-restriction", new() { ["deny"] = new JsonArray("127.0.0.1") }) with { Protocols = new HashSet<Protocol> { Protocol.Tcp } },
            ForStreams("file-log", new() { ["path"] = file })));
        using var client = await gateway.ConnectAsync();

        (await client.ReadToEndAsync()).ShouldBeEmpty();

        var entry = await LineAsync(file);
        entry["session"]!["status"]!.GetValue<int>().ShouldBe(403);
        entry["tries"]!.AsArray().ShouldBeEmpty();
        _upstream.Accepted.ShouldBe(0);
    }

    [Fact]
    public async Task Plugin_ForRequestsOnly_DoesNotSeeStreams_AndTheNearestOneRuns()
    {
        var file = Path.Combine(_folder, "near.log");
        var route = StreamGateway.Route(_service);
        JsonObject Denying() => new() { ["deny"] = new JsonArray("127.0.0.1") };
        await using var gateway = await StreamGateway.StartAsync(Config(
            route,
            Some.Plugin("ip-restriction", Denying()) with { Protocols = new HashSet<Protocol> { Protocol.Http, Protocol.Https } },
            Some.Plugin("ip-restriction", Denying(), service: _service) with { Protocols = new HashSet<Protocol> { Protocol.Tcp } },
            Some.Plugin("ip-restriction", new() { ["allow"] = new JsonArray("127.0.0.0/8") }, route) with { Protocols = new HashSet<Protocol> { Protocol.Tcp } },
            ForStreams("file-log", new() { ["path"] = file })));
        using var client = await gateway.ConnectAsync();

        await client.SayAsync("let in by the route's own");
        await client.HearAsync("let in by the route's own");
    }

    [Fact]
    public async Task Metrics_OfAStream_AreSent()
    {
        using var statsd = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)statsd.Client.LocalEndPoint!).Port;
        await using var gateway = await StreamGateway.StartAsync(Config(
            StreamGateway.Route(_service),
            ForStreams("statsd", new()
            {
                ["host"] = "127.0.0.1",
                ["port"] = port,
                ["metrics"] = new JsonArray(
                    new JsonObject { ["name"] = "request_size", ["stat_type"] = "counter", ["sample_rate"] = 1 },
                    new JsonObject { ["name"] = "status_count", ["stat_type"] = "counter", ["sample_rate"] = 1 }),
            })));
        using (var client = await gateway.ConnectAsync())
        {
            await client.SayAsync("1234567");
            await client.HearAsync("1234567");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var lines = new List<string>();
        while (lines.Count < 2)
        {
            lines.AddRange(Encoding.UTF8.GetString((await statsd.ReceiveAsync(limit.Token)).Buffer).Split('\n'));
        }

        lines.ShouldBe(["kong.service.echo.request.size:7|c", "kong.service.echo.status.200:1|c"], ignoreOrder: true);
    }

    [Fact]
    public async Task Log_OfDatagrams_TellsOfTheSession()
    {
        var file = Path.Combine(_folder, "udp.log");
        using var upstream = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var service = StreamGateway.Service(((IPEndPoint)upstream.Client.LocalEndPoint!).Port, Protocol.Udp) with { ReadTimeout = 100 };
        var route = StreamGateway.Route(service) with { Protocols = new HashSet<Protocol> { Protocol.Udp } };
        await using var gateway = await StreamGateway.StartAsync(
            Some.Config(service, route) with { Plugins = [ForStreams("file-log", new() { ["path"] = file })] }, [new StreamListener(IPAddress.Loopback, 0) { Udp = true }]);
        using var client = new UdpClient();
        await client.SendAsync("hello"u8.ToArray(), new IPEndPoint(IPAddress.Loopback, gateway.Ports[0]));
        (await upstream.ReceiveAsync()).Buffer.Length.ShouldBe(5);

        (await LineAsync(file))["session"]!.ToJsonString().ShouldBe($$"""{"received":5,"sent":0,"status":200,"server_port":{{gateway.Ports[0]}}}""");
    }

    private ConfigEntities Config(Route route, params Plugin[] plugins) => Some.Config(_service, route) with { Plugins = plugins };

    private static Plugin ForStreams(string name, JsonObject config) => Some.Plugin(name, config) with { Protocols = new HashSet<Protocol> { Protocol.Tcp, Protocol.Tls, Protocol.Udp } };

    private static async Task<JsonObject> LineAsync(string file)
    {
        await Wait.UntilAsync(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), $"a line in {file}");
        return JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
    }
}
