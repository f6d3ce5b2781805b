using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Clustering;
using Gateway.Sync;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>The wire as an original data plane sees it, with real sockets and TLS.</summary>
public sealed class DataPlaneSessionTests : IAsyncLifetime, IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.Cluster();
    private readonly TestControlPlane _controlPlane;
    private readonly string _id = Guid.NewGuid().ToString();

    public DataPlaneSessionTests() => _controlPlane = new TestControlPlane(_certificate);

    public Task InitializeAsync() => _controlPlane.StartAsync();

    public Task DisposeAsync() => _controlPlane.DisposeAsync().AsTask();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Plane_Introduced_GetsTheConfigurationThenPongsAndEveryChange()
    {
        var first = _controlPlane.Publish("a");
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, _id);
        (await plane.ReceiveConfigAsync()).Hash.ShouldBe(first.ConfigHash);

        await plane.SendAsync(WebSocketOpcode.Ping, first.ConfigHash);
        var pong = (await plane.ReceiveAsync())!.Value;
        pong.Opcode.ShouldBe(WebSocketOpcode.Pong);
        pong.Payload.Length.ShouldBe(0);
        var known = _controlPlane.Registry.Find(Guid.Parse(_id)).ShouldNotBeNull();
        known.ConfigHash.ShouldBe(first.ConfigHash);
        known.SyncStatus.ShouldBe(SyncStatus.Normal);
        known.Hostname.ShouldBe("raw");
        known.Ip.ShouldBe("127.0.0.1");
        known.CertificateExpiry!.Value.ToUnixTimeSeconds().ShouldBe(new DateTimeOffset(_certificate.NotAfter).ToUnixTimeSeconds());

        var second = _controlPlane.Publish("b");
        (await plane.ReceiveConfigAsync()).Hash.ShouldBe(second.ConfigHash);
    }

    [Fact]
    public async Task Plane_ConnectedBeforeAnyConfiguration_IsServedWhenThereIsOne()
    {
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, _id);
        await plane.SendAsync(WebSocketOpcode.Ping, ConfigHashes.Zeros);
        (await plane.ReceiveAsync())!.Value.Opcode.ShouldBe(WebSocketOpcode.Pong);
        _controlPlane.Registry.Find(Guid.Parse(_id))!.SyncStatus.ShouldBe(SyncStatus.Normal);

        var document = _controlPlane.Publish("a");
        (await plane.ReceiveConfigAsync()).Hash.ShouldBe(document.ConfigHash);
    }

    [Theory]
    [InlineData("3.11.0")]
    [InlineData("2.8.1")]
    [InlineData("nonsense")]
    public async Task Plane_OfAnotherVersion_IsClosedAndListedWithTheReason(string version)
    {
        _controlPlane.Publish("a");
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, _id, version);
        (await plane.ReceiveCloseAsync()).ShouldBe(WebSocketCloseCode.PolicyViolation);

        await Wait.UntilAsync(() => _controlPlane.Registry.Find(Guid.Parse(_id)) is { Connected: false }, "the plane is disconnected");
        _controlPlane.Registry.Find(Guid.Parse(_id))!.SyncStatus.ShouldBe(SyncStatus.KongVersionIncompatible);
        await _controlPlane.Log.WaitForAsync(_id, "incompatible");
    }

    [Fact]
    public async Task Plane_LacksAPluginInUse_IsNotSentTheConfigurationButStays()
    {
        _controlPlane.Publish("a", "rate-limiting", "cors");
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, _id);
        await plane.SendAsync(WebSocketOpcode.Ping, ConfigHashes.Zeros);
        (await plane.ReceiveAsync())!.Value.Opcode.ShouldBe(WebSocketOpcode.Pong);
        await Wait.UntilAsync(
            () => _controlPlane.Registry.Find(Guid.Parse(_id))!.SyncStatus is SyncStatus.PluginSetIncompatible, "the status names the plugin set");

        var fits = _controlPlane.Publish("b", "rate-limiting");
        (await plane.ReceiveConfigAsync()).Hash.ShouldBe(fits.ConfigHash);
        _controlPlane.Registry.Find(Guid.Parse(_id))!.SyncStatus.ShouldBe(SyncStatus.Normal);
    }

    [Fact]
    public async Task Plane_SlowerThanTheChanges_GetsTheNewestAtTheEnd()
    {
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, _id);
        var last = Enumerable.Range(0, 200).Select(i => _controlPlane.Publish($"s{i}")).Last();
        var received = 0;
        while ((await plane.ReceiveConfigAsync()).Hash != last.ConfigHash)
        {
            received++;
        }

        received.ShouldBeLessThan(200);
    }

    [Theory]
    [InlineData(WebSocketOpcode.Text, RawPlane.Introduction)]
    [InlineData(WebSocketOpcode.Binary, "{\"type\":\"other\",\"plugins\":[]}")]
    [InlineData(WebSocketOpcode.Binary, "nonsense")]
    [InlineData(WebSocketOpcode.Ping, ConfigHashes.Zeros)]
    public async Task Plane_WithoutAProperIntroduction_IsClosed(WebSocketOpcode opcode, string payload)
    {
        await using var plane = await RawPlane.DialAsync(_controlPlane.Endpoint, _certificate);
        (await plane.UpgradeAsync($"/v1/outlet?node_id={_id}&node_hostname=raw&node_version=3.10.0")).Accepted.ShouldBeTrue();
        await plane.SendAsync(opcode, payload);
        (await plane.ReceiveCloseAsync()).ShouldBe(WebSocketCloseCode.PolicyViolation);
    }

    [Theory]
    [InlineData(WebSocketOpcode.Ping, "short")]
    [InlineData(WebSocketOpcode.Binary, ConfigHashes.Zeros)]
    public async Task Plane_SendsAnythingButAHash_IsClosed(WebSocketOpcode opcode, string payload)
    {
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, _id);
        await plane.SendAsync(opcode, payload);
        (await plane.ReceiveCloseAsync()).ShouldBe(WebSocketCloseCode.PolicyViolation);
    }

    [Fact]
    public async Task Plane_SendsMoreThanTheLimit_IsClosedAsTooBig()
    {
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, _id);
        // Only the claim of a length is sent: it is refused before its bytes arrive.
        await plane.Stream.WriteAsync(new byte[] { 0x82, 0xff, 0, 0, 0, 0, 0x10, 0, 0, 0, 1, 2, 3, 4 });
        (await plane.ReceiveCloseAsync()).ShouldBe(WebSocketCloseCode.MessageTooBig);
    }

    [Theory]
    [InlineData("/v1/outlet?node_hostname=f&node_version=3.9.3", 400)]
    [InlineData("/v1/outlet?node_id=aaaaaaaa-0000-4000-8000-000000000012&node_hostname=f", 400)]
    [InlineData("/v2/outlet?node_id=x&node_version=3.10.0", 404)]
    [InlineData("/nope", 404)]
    public async Task Request_Incomplete_GetsTheStatusOfTheOriginal(string target, int status)
    {
        await using var plane = await RawPlane.DialAsync(_controlPlane.Endpoint, _certificate);
        (await plane.UpgradeAsync(target)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Plane_WithAnIdThatIsNoUuid_IsServedButNotListed()
    {
        var document = _controlPlane.Publish("a");
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, "x");
        (await plane.ReceiveConfigAsync()).Hash.ShouldBe(document.ConfigHash);
        _controlPlane.Registry.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Certificate_OtherOrNone_IsClosedWithoutAnAnswerAndNamed(bool other)
    {
        using var foreign = TestCertificates.Cluster();
        await using var plane = await RawPlane.DialAsync(_controlPlane.Endpoint, other ? foreign : null);
        (await plane.UpgradeAsync($"/v1/outlet?node_id={_id}&node_version=3.10.0")).Status.ShouldBe(0);
        await _controlPlane.Log.WaitForAsync(
            "Warning A data plane at 127.0.0.1:", other ? "is not the cluster certificate" : "no certificate was presented");
    }

    [Fact]
    public async Task Plane_ConnectsAgainBeforeTheOldConnectionEnds_StaysConnected()
    {
        await using var old = await RawPlane.ConnectAsync(_controlPlane, _id);
        await old.SendAsync(WebSocketOpcode.Ping, ConfigHashes.Zeros);
        await old.ReceiveAsync();
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, _id);
        await plane.SendAsync(WebSocketOpcode.Ping, new string('a', 32));
        await plane.ReceiveAsync();

        await old.SendAsync(WebSocketOpcode.Ping, "bad");
        await old.ReceiveCloseAsync();
        await _controlPlane.Log.WaitForAsync("invalid hash");
        _controlPlane.Registry.Find(Guid.Parse(_id)).ShouldNotBeNull().ConfigHash.ShouldBe(new string('a', 32));
        _controlPlane.Registry.Find(Guid.Parse(_id))!.Connected.ShouldBeTrue();
    }

    [SharedFact]
    public async Task RecordedPlane_Replayed_GetsTheRecordedConfigurationAndPongs()
    {
        var file = SharedFolder.PathOf("kong", "cases", "hybrid", "wire-v1.jsonl")!;
        var frames = File.ReadLines(file).Select(l => JsonNode.Parse(l)!).Where(l => l["op"] is not null).ToList();
        var push = JsonNode.Parse((string)frames.First(f => (string)f["dir"]! == "CP->DP" && (string)f["op"]! == "binary")["payload"]!)!;
        _controlPlane.Publisher.Publish(ConfigDocument.Create(Encoding.UTF8.GetBytes(push["config_table"]!.ToJsonString()), DateTimeOffset.UtcNow));

        await using var plane = await RawPlane.DialAsync(_controlPlane.Endpoint, _certificate);
        (await plane.UpgradeAsync("/v1/outlet?node_id=b63a2096-5d35-4583-af9b-b02c77603ffb&node_hostname=vm&node_version=3.9.3")).Accepted.ShouldBeTrue();
        var pongs = 0;
        foreach (var sent in frames.Where(f => (string)f["dir"]! == "DP->CP"))
        {
            await plane.SendAsync((string)sent["op"]! == "ping" ? WebSocketOpcode.Ping : WebSocketOpcode.Binary, (string)sent["payload"]!);
            if ((string)sent["op"]! == "binary")
            {
                var received = await plane.ReceiveConfigAsync();
                received.Hash.ShouldBe((string)push["config_hash"]!);
                JsonNode.DeepEquals(JsonNode.Parse(received.ConfigTable.Span), push["config_table"]).ShouldBeTrue();
            }
            else
            {
                (await plane.ReceiveAsync())!.Value.Opcode.ShouldBe(WebSocketOpcode.Pong);
                pongs++;
            }
        }

        pongs.ShouldBeGreaterThan(5);
        var row = _controlPlane.Registry.Find(Guid.Parse("b63a2096-5d35-4583-af9b-b02c77603ffb")).ShouldNotBeNull();
        row.Labels.ShouldBe(new Dictionary<string, string> { ["region"] = "eu", ["tier"] = "test" }, ignoreOrder: true);
        row.SyncStatus.ShouldBe(SyncStatus.Normal);
    }
}
