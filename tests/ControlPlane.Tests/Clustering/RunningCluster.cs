using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Tests.Admin;
using Gateway.DataPlane;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Hosting;
using Gateway.Plugins;
using Gateway.Sync.Mtls;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>A whole control plane on a real database, to which whole data planes connect.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly X509Certificate2 _certificate;

    private RunningCluster(WebApplication host, X509Certificate2 certificate, TestLog log, string endpoint, int adminPort)
    {
        _host = host;
        _certificate = certificate;
        Log = log;
        Endpoint = endpoint;
        Admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{adminPort}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public TestLog Log { get; }

    public string Endpoint { get; }

    public HttpClient Admin { get; }

    public IServiceProvider Services => _host.Services;

    public ConfigPublisher Publisher => Services.GetRequiredService<ConfigPublisher>();

    public string Version => Publisher.Image!.Version.ToString();

    public DataPlaneRegistry Registry => Services.GetRequiredService<DataPlaneRegistry>();

    public static async Task<RunningCluster> StartAsync(
        TestDatabase database, X509Certificate2 certificate, Func<ClusterOptions, ClusterOptions>? configure = null, StoreOptions? store = null)
    {
        var (clusterPort, adminPort) = (FreePort.Next(), FreePort.Next());
        var log = new TestLog();
        var cluster = new ClusterOptions { Identity = ClusterIdentity.Shared(certificate), Listen = [new Listener(IPAddress.Loopback, clusterPort, Tls: true)] };
        var host = ControlPlaneHost.Create(new ControlPlaneOptions
        {
            ConnectionString = database.ConnectionString,
            AdminListen = [new Listener(IPAddress.Loopback, adminPort)],
            Cluster = configure?.Invoke(cluster) ?? cluster,
            Store = store ?? new(),
            Logging = logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log),
        });
        await host.StartAsync();
        var running = new RunningCluster(host, certificate, log, $"127.0.0.1:{clusterPort}", adminPort);
        await Wait.UntilAsync(() => running.Publisher.Image is not null, "the configuration is read");
        return running;
    }

    /// <summary>Changes the configuration, and waits until this node has published it.</summary>
    public async Task<JsonObject> ChangeAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        var before = Version;
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body) };
        using var response = await Admin.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{method} {path}: {(int)response.StatusCode} {text}");
        await Wait.UntilAsync(() => Version != before && Publisher.Image!.Pending.IsEmpty, "the change is published");
        return text.Length is 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
    }

    public Task<JsonObject> PostAsync(string path, JsonObject body) => ChangeAsync(HttpMethod.Post, path, body);

    /// <summary>A data plane that serves requests; the folder outlives it.</summary>
    public RunningPlane Plane(string folder, Func<ControlPlaneClientOptions, ControlPlaneClientOptions>? configure = null) =>
        new(Endpoint, _certificate, folder, configure);

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
    }
}

/// <summary>A whole data plane.</summary>
internal sealed class RunningPlane : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly HttpClient _client;

    public RunningPlane(string endpoint, X509Certificate2 certificate, string folder, Func<ControlPlaneClientOptions, ControlPlaneClientOptions>? configure)
    {
        var port = FreePort.Next();
        var options = new ControlPlaneClientOptions
        {
            ControlPlane = endpoint,
            Identity = ClusterIdentity.Shared(certificate),
            NodeId = Id,
            Hostname = "plane",
            Plugins = [.. BundledPlugins.Catalog.Plugins.Select(p => new Gateway.Sync.PluginVersion(p.Name, Product.KongVersion))],
            Extensions = [.. BundledPlugins.Catalog.Entities.Extensions.Select(e => e.Name)],
            RetryDelays = [(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100))],
            Rpc = true,
            RpcSync = true,
        };
        _host = DataPlaneHost.Create(new DataPlaneOptions
        {
            ProxyListeners = [new Listener(IPAddress.Loopback, port)],
            ConfigFolder = folder,
            ControlPlane = configure?.Invoke(options) ?? options,
            ConfigureLogging = logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log),
        });
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public Guid Id { get; } = Guid.NewGuid();

    public TestLog Log { get; } = new();

    public ConfigApplier Applier => _host.Services.GetRequiredService<ConfigApplier>();

    public ControlPlaneStatus Status => _host.Services.GetRequiredService<ControlPlaneConnection>().Status;

    public Task StartAsync() => _host.StartAsync();

    public Task WaitForAsync(string version) => Wait.UntilAsync(
        () => Status.ConfigHash == version, $"version {version} is in use, not {Status.ConfigHash}; the log:\n{string.Join('\n', Log.Lines)}");

    /// <summary>The status that the proxy answers.</summary>
    public async Task<int> GetAsync(string path)
    {
        using var response = await _client.GetAsync(path);
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
    }
}
