using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Sync;
using Gateway.Sync.Mtls;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>What data planes of older versions are sent, with real sockets and TLS.</summary>
public sealed class OlderPlanesTests : IAsyncLifetime, IDisposable
{
    private const string Introduction = """
        {"type":"basic_info","plugins":[{"name":"key-auth","version":"3.4.0"},{"name":"cors","version":"3.4.0"}],"filters":{},"process_conf":{}}
        """;

    private readonly X509Certificate2 _certificate = TestCertificates.Cluster();
    private readonly TestControlPlane _controlPlane;

    public OlderPlanesTests() =>
        _controlPlane = new TestControlPlane(ClusterIdentity.Shared(_certificate), configure: o => o with { ExpressionRoutes = true });

    public Task InitializeAsync() => _controlPlane.StartAsync();

    public Task DisposeAsync() => _controlPlane.DisposeAsync().AsTask();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Planes_OfSeveralVersions_EachGetWhatTheyUnderstandUnderTheSameHash()
    {
        var document = Publish("""
            "plugins":[{"name":"key-auth","config":{"realm":"r","key_names":["apikey"]}},{"name":"cors","config":{"allow_origin_absent":true}}]
            """);
        (await ConfigOfAsync(_controlPlane, "3.10.0", document)).ShouldBe(
            """[{"name":"key-auth","config":{"realm":"r","key_names":["apikey"]}},{"name":"cors","config":{"allow_origin_absent":true}}]""");
        (await ConfigOfAsync(_controlPlane, "3.9.3", document)).ShouldBe(
            """[{"name":"key-auth","config":{"realm":"r","key_names":["apikey"]}},{"name":"cors","config":{}}]""");
        (await ConfigOfAsync(_controlPlane, "3.4.2-enterprise", document)).ShouldBe(
            """[{"name":"key-auth","config":{"key_names":["apikey"]}},{"name":"cors","config":{}}]""");
        await _controlPlane.Log.WaitForAsync("of version 3.4.2-enterprise is too old", "cors without allow_origin_absent; key-auth without realm");
    }

    [Fact]
    public async Task Planes_OfTheSameVersion_ShareOneFrame()
    {
        var document = Publish("""
            "plugins":[{"name":"cors","config":{"allow_origin_absent":true}}]
            """);
        var frame = await document.FrameForAsync("3.9.0");
        (await document.FrameForAsync("3.9.3")).ShouldBeSameAs(frame);
        (await document.FrameForAsync("3.10.0")).Payload.ShouldBe(document.Frame);
        frame.Payload.ShouldNotBe(document.Frame);
    }

    [Fact]
    public async Task Plane_ThatLosesAPart_IsShownWithIt()
    {
        var document = Publish("""
            "plugins":[{"name":"cors","config":{"allow_origin_absent":true}}]
            """);
        var id = Guid.NewGuid();
        await using var plane = await RawPlane.ConnectAsync(_controlPlane, id.ToString(), "3.9.3", Introduction);
        (await plane.ReceiveConfigAsync()).Hash.ShouldBe(document.ConfigHash);
        await Wait.UntilAsync(() => _controlPlane.Registry.Find(id)!.Losses is ["cors without allow_origin_absent"], "the loss is listed");
        _controlPlane.Registry.Find(id)!.SyncStatus.ShouldBe(SyncStatus.Normal);
    }

    [Fact]
    public async Task Plane_Before37_IsNotSentMixedRoutesAndKeepsItsStatus()
    {
        const string Mixed = """
            "routes":[{"expression":"http.path == \"/a\""},{"paths":["/b"],"expression":null}]
            """;
        var document = Publish(Mixed);
        (await RoutesOfAsync("3.7.0", document)).ShouldBe(2);

        var id = Guid.NewGuid();
        await using var old = await RawPlane.ConnectAsync(_controlPlane, id.ToString(), "3.6.1", Introduction);
        await old.SendAsync(WebSocketOpcode.Ping, ConfigHashes.Zeros);
        (await old.ReceiveAsync())!.Value.Opcode.ShouldBe(WebSocketOpcode.Pong);
        await _controlPlane.Log.WaitForAsync(id.ToString(), "3.6.1 does not support mixed mode route");
        _controlPlane.Registry.Find(id)!.SyncStatus.ShouldBe(SyncStatus.Normal);

        var all = Publish("""
            "routes":[{"expression":"http.path == \"/a\""}]
            """);
        (await old.ReceiveConfigAsync()).Hash.ShouldBe(all.ConfigHash);
    }

    private ConfigDocument Publish(string members)
    {
        var document = ConfigDocument.Create(Encoding.UTF8.GetBytes($"{{\"_format_version\":\"3.0\",\"_transform\":false,{members.Trim()}}}"), DateTimeOffset.UtcNow);
        _controlPlane.Publisher.Publish(document);
        return document;
    }

    private static async Task<string> ConfigOfAsync(TestControlPlane controlPlane, string version, ConfigDocument document) =>
        (await TableOfAsync(controlPlane, version, document))["plugins"]!.ToJsonString();

    private async Task<int> RoutesOfAsync(string version, ConfigDocument document) =>
        (await TableOfAsync(_controlPlane, version, document))["routes"]!.AsArray().Count;

    private static async Task<JsonNode> TableOfAsync(TestControlPlane controlPlane, string version, ConfigDocument document)
    {
        await using var plane = await RawPlane.ConnectAsync(controlPlane, Guid.NewGuid().ToString(), version, Introduction);
        var received = await plane.ReceiveConfigAsync();
        received.Hash.ShouldBe(document.ConfigHash);
        received.Hashes.ShouldBe(document.Hashes);
        return JsonNode.Parse(received.ConfigTable.Span)!;
    }
}
