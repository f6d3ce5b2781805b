using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Sync;
using Gateway.Sync;
using Gateway.Sync.Mtls;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Sync;

/// <summary>The client as an original control plane sees it.</summary>
public sealed class ControlPlaneClientTests : IAsyncLifetime, IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.Cluster();
    private readonly FakeControlPlane _controlPlane;
    private readonly ControlPlaneConnection _connection = new(TimeProvider.System);
    private readonly TestLog _log = new();
    private ControlPlaneClientOptions _options;
    private Func<Reconfigure, ApplyOutcome> _apply = _ => ApplyOutcome.Applied.Instance;
    private string _inUse = ConfigHashes.Zeros;
    private ControlPlaneClient? _client;

    public ControlPlaneClientTests()
    {
        _controlPlane = new FakeControlPlane(_certificate);
        _options = new ControlPlaneClientOptions
        {
            ControlPlane = _controlPlane.Endpoint,
            Identity = ClusterIdentity.Shared(_certificate),
            NodeId = Guid.Parse("b63a2096-5d35-4583-af9b-b02c77603ffb"),
            Hostname = "vm",
            Plugins = [new PluginVersion("rate-limiting", "3.10.0"), new PluginVersion("key-auth", "3.10.0")],
            Labels = new Dictionary<string, string> { ["region"] = "eu" },
            Settings = new JsonObject { ["role"] = "data_plane", ["pg_password"] = "hush", ["cluster_cert_key"] = "hush" },
            RetryDelays = [(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(40))],
        };
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.StopAsync(default);
            _client.Dispose();
        }

        await _controlPlane.DisposeAsync();
    }

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Client_Connects_AsTheOriginalDoes()
    {
        await StartAsync();
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();

        peer.ServerName.ShouldBe("kong_clustering");
        peer.Certificate!.GetCertHashString().ShouldBe(_certificate.GetCertHashString());
        var lines = peer.Request.Split("\r\n");
        lines[0].ShouldBe("GET /v1/outlet?node_id=b63a2096-5d35-4583-af9b-b02c77603ffb&node_hostname=vm&node_version=3.10.0 HTTP/1.1");
        lines.Skip(1).Select(l => l.Split(':')[0]).Where(n => n.Length > 0).ShouldBe(
            ["Upgrade", "Host", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Connection"]);

        var (opcode, text) = await peer.ReceiveAsync();
        opcode.ShouldBe(WebSocketOpcode.Binary);
        var info = JsonNode.Parse(text)!;
        ((string)info["type"]!).ShouldBe("basic_info");
        info["plugins"]!.ToJsonString().ShouldBe("""[{"name":"key-auth","version":"3.10.0"},{"name":"rate-limiting","version":"3.10.0"}]""");
        info["labels"]!.ToJsonString().ShouldBe("""{"region":"eu"}""");
        info["process_conf"]!.ToJsonString().ShouldBe("""{"role":"data_plane","pg_password":"******","cluster_cert_key":"******"}""");

        (await peer.ReceiveAsync()).ShouldBe((WebSocketOpcode.Ping, ConfigHashes.Zeros));
    }

    [SharedFact]
    public async Task RecordedControlPlane_Replayed_IsAnsweredWithTheRecordedPings()
    {
        var file = SharedFolder.PathOf("kong", "cases", "hybrid", "wire-v1.jsonl")!;
        await StartAsync();
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        await peer.ReceiveAsync();
        await peer.ReceiveAsync();
        foreach (var frame in File.ReadLines(file).Select(l => JsonNode.Parse(l)!).Where(l => l["op"] is not null && (string)l["dir"]! == "CP->DP"))
        {
            var payload = (string)frame["payload"]!;
            if ((string)frame["op"]! == "pong")
            {
                await peer.Frames.WriteAsync(WebSocketOpcode.Pong, default, default);
                continue;
            }

            await peer.Frames.WriteAsync(WebSocketOpcode.Binary, Gzip(payload), default);
            (await peer.ReceiveAsync()).ShouldBe((WebSocketOpcode.Ping, (string)JsonNode.Parse(payload)!["config_hash"]!));
        }

        _connection.Status.Connected.ShouldBeTrue();
    }

    [Fact]
    public async Task Push_WithTheHashInUse_IsNotAppliedAgain()
    {
        var document = Document("a");
        _inUse = document.ConfigHash;
        var applied = 0;
        _apply = _ =>
        {
            applied++;
            return ApplyOutcome.Applied.Instance;
        };
        await StartAsync();
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        await peer.ReceiveAsync();
        (await peer.ReceiveAsync()).Text.ShouldBe(document.ConfigHash);

        await peer.Frames.WriteAsync(WebSocketOpcode.Binary, document.Frame, default);
        (await peer.ReceiveAsync()).Text.ShouldBe(document.ConfigHash);
        applied.ShouldBe(0);
    }

    [Theory]
    [InlineData("not gzip")]
    [InlineData(null)]
    public async Task Push_ThatCannotBeRead_IsRejectedAndTheNextApplied(string? payload)
    {
        await StartAsync();
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        await peer.ReceiveAsync();
        await peer.ReceiveAsync();
        await peer.Frames.WriteAsync(WebSocketOpcode.Binary, payload is null ? Gzip("{\"type\":\"reconfigure\"}") : Encoding.UTF8.GetBytes(payload), default);
        await _log.WaitForAsync("Error A bad configuration");

        var document = Document("a");
        await peer.Frames.WriteAsync(WebSocketOpcode.Binary, document.Frame, default);
        string hash;
        do
        {
            hash = (await peer.ReceiveAsync()).Text;
        }
        while (hash != document.ConfigHash);
        _connection.Status.Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task Pushes_WhileOneIsApplied_AreReducedToTheNewest()
    {
        using var go = new ManualResetEventSlim();
        var applied = new List<string>();
        _apply = c =>
        {
            go.Wait();
            applied.Add(c.Hash);
            return ApplyOutcome.Applied.Instance;
        };
        await StartAsync();
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        await peer.ReceiveAsync();
        await peer.ReceiveAsync();
        var documents = Enumerable.Range(0, 20).Select(i => Document($"s{i}")).ToList();
        foreach (var document in documents)
        {
            await peer.Frames.WriteAsync(WebSocketOpcode.Binary, document.Frame, default);
        }

        // The reader goes on while the first is applied, so after this frame it has seen all of them.
        await peer.Frames.WriteAsync(WebSocketOpcode.Text, default, default);
        await _log.WaitForAsync("Ignored an unexpected Text frame");
        go.Set();
        string hash;
        do
        {
            hash = (await peer.ReceiveAsync()).Text;
        }
        while (hash != documents[^1].ConfigHash);
        applied.Count.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task ControlPlane_ClosesWithoutAnAnswer_IsNamedAsARefusalAndTriedAgain()
    {
        await StartAsync();
        await using (await _controlPlane.AcceptAsync())
        {
        }

        await _log.WaitForAsync("Warning Not connected", "refuses this data plane's cluster certificate");
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        (await peer.ReceiveAsync()).Opcode.ShouldBe(WebSocketOpcode.Binary);
    }

    [Fact]
    public async Task ControlPlane_AnswersWithAnError_IsNamed()
    {
        await StartAsync();
        await using var peer = await _controlPlane.AcceptAsync();
        await peer.Stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        await _log.WaitForAsync("Warning Not connected", "the answer was 'HTTP/1.1 400 Bad Request'");
        _connection.Status.LastError.ShouldNotBeNull().ShouldContain("400");
    }

    [Fact]
    public async Task ControlPlane_OfAnOlderKong_EndsWithoutAWordAndTheLogTellsWhatHelps()
    {
        _options = _options with { Version = "3.9.1" };
        await StartAsync();
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        peer.Request.ShouldContain("&node_version=3.9.1 ");
        await peer.ReceiveAsync();
        await peer.Frames.WriteAsync(WebSocketOpcode.Close, default, default);
        await _log.WaitForAsync("Warning Not connected", "as one of an older Kong than 3.9.1 does (cluster_dp_version makes this plane older)");
    }

    [Fact]
    public async Task ControlPlane_SendsMoreThanTheLimit_IsLeft()
    {
        await StartAsync();
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        await peer.Stream.WriteAsync(new byte[] { 0x82, 0x7f, 0, 0, 0, 0, 0x10, 0, 0, 0 });
        await _log.WaitForAsync("Warning Not connected", "is over the limit of 16777216");
        await using var again = await _controlPlane.AcceptAndUpgradeAsync();
        (await again.ReceiveAsync()).Opcode.ShouldBe(WebSocketOpcode.Binary);
    }

    [Fact]
    public async Task ControlPlane_Unreachable_IsLoggedOnceAndTriedForEver()
    {
        await _controlPlane.DisposeAsync();
        await StartAsync();
        await _log.WaitForAsync("Debug Still not connected");
        _log.Lines.Count(l => l.StartsWith("Warning Not connected", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Client_Stopped_SaysGoodbye()
    {
        await StartAsync();
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        await peer.ReceiveAsync();
        await peer.ReceiveAsync();
        await _client!.StopAsync(default);
        (await peer.ReceiveAsync()).Opcode.ShouldBe(WebSocketOpcode.Close);
    }

    private async Task StartAsync()
    {
        using var loggers = _log.Factory();
        _client = new ControlPlaneClient(
            _options, new PlaneConfiguration(() => _inUse, (configuration, _) => new ValueTask<ApplyOutcome>(_apply(configuration))), _connection, TimeProvider.System,
            new Microsoft.Extensions.Logging.Logger<ControlPlaneClient>(loggers));
        await _client.StartAsync(default);
    }

    private static ConfigDocument Document(string name) =>
        ConfigDocument.Create(Encoding.UTF8.GetBytes($"{{\"services\":[{{\"name\":\"{name}\"}}]}}"), DateTimeOffset.UtcNow);

    private static byte[] Gzip(string json)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(json));
        }

        return packed.ToArray();
    }
}
