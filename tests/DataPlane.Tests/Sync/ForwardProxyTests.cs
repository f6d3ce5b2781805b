using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.DataPlane.Sync;
using Gateway.Sync;
using Gateway.Sync.Mtls;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Sync;

/// <summary>The way to the control plane through a forward proxy.</summary>
public sealed class ForwardProxyTests : IAsyncLifetime, IDisposable
{
    private readonly X509Certificate2 _certificate = TestCertificates.Cluster();
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly FakeControlPlane _controlPlane;
    private readonly TestLog _log = new();
    private ControlPlaneClient? _client;

    public ForwardProxyTests() => _controlPlane = new FakeControlPlane(_certificate);

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

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Client_BehindAProxy_ConnectsThroughATunnel()
    {
        await using var proxy = new FakeProxy();
        await StartAsync(new ForwardProxy(new Uri($"http://127.0.0.1:{proxy.Port}")));
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        (await peer.ReceiveAsync()).Opcode.ShouldBe(WebSocketOpcode.Binary);
        peer.ServerName.ShouldBe("kong_clustering");
        proxy.Requests.First().ShouldBe(
            $"CONNECT {_controlPlane.Endpoint} HTTP/1.1\r\nHost: {_controlPlane.Endpoint}\r\nProxy-Connection: Keep-Alive\r\n\r\n");
    }

    [Fact]
    public async Task Client_WithAUserOfTheProxy_SendsBothEncoded()
    {
        await using var proxy = new FakeProxy();
        await StartAsync(new ForwardProxy(new Uri($"http://dp:p%40ss%3A@127.0.0.1:{proxy.Port}")));
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        (await peer.ReceiveAsync()).Opcode.ShouldBe(WebSocketOpcode.Binary);
        var expected = Convert.ToBase64String(Encoding.UTF8.GetBytes("dp:p@ss:"));
        proxy.Requests.First().ShouldContain($"\r\nProxy-Authorization: Basic {expected}\r\n");
    }

    [Fact]
    public async Task Client_BehindAProxyWithTls_ConnectsThroughBoth()
    {
        using var certificate = _authority.Issue("127.0.0.1", ["127.0.0.1"]);
        await using var proxy = new FakeProxy(certificate);
        await StartAsync(new ForwardProxy(new Uri($"https://127.0.0.1:{proxy.Port}"), VerifyCertificate: false));
        await using var peer = await _controlPlane.AcceptAndUpgradeAsync();
        (await peer.ReceiveAsync()).Opcode.ShouldBe(WebSocketOpcode.Binary);
        proxy.Requests.First().ShouldStartWith($"CONNECT {_controlPlane.Endpoint} ");
    }

    [Fact]
    public async Task Client_DoesNotTrustTheProxy_TellsItNothing()
    {
        using var certificate = _authority.Issue("127.0.0.1", ["127.0.0.1"]);
        await using var proxy = new FakeProxy(certificate);
        await StartAsync(new ForwardProxy(new Uri($"https://dp:hush@127.0.0.1:{proxy.Port}")));
        await _log.WaitForAsync("Warning Not connected", $"the proxy https://127.0.0.1:{proxy.Port} cannot be reached");
        proxy.Requests.ShouldBeEmpty();
        _log.Lines.ShouldNotContain(l => l.Contains("hush"));
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "does not connect to", "407 Proxy Authentication Required")]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n\r\n", "does not connect to", "503")]
    [InlineData("", "closed the connection without an answer", "the proxy")]
    public async Task Proxy_Refuses_IsNamedAndTriedAgain(string answer, string said, string detail)
    {
        await using var proxy = new FakeProxy(answer: answer);
        await StartAsync(new ForwardProxy(new Uri($"http://127.0.0.1:{proxy.Port}")));
        await _log.WaitForAsync("Warning Not connected", said, detail);
        await Wait.UntilAsync(() => proxy.Requests.Count > 1, "it is tried again");
    }

    private async Task StartAsync(ForwardProxy proxy)
    {
        using var loggers = _log.Factory();
        var options = new ControlPlaneClientOptions
        {
            ControlPlane = _controlPlane.Endpoint,
            Identity = ClusterIdentity.Shared(_certificate),
            NodeId = Guid.NewGuid(),
            Proxy = proxy,
            RetryDelays = [(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(40))],
        };
        _client = new ControlPlaneClient(
            options, new PlaneConfiguration(() => ConfigHashes.Zeros, static (_, _) => new ValueTask<ApplyOutcome>(ApplyOutcome.Applied.Instance)), new ControlPlaneConnection(TimeProvider.System),
            TimeProvider.System, new Microsoft.Extensions.Logging.Logger<ControlPlaneClient>(loggers));
        await _client.StartAsync(default);
    }
}
