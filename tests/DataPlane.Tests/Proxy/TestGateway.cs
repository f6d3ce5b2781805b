using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.PluginSdk;
using Gateway.Schema;
using Gateway.Sync;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.DataPlane.Tests.Proxy;

/// <summary>A data plane on loopback ports whose configuration the test sets.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestGateway(WebApplication app)
    {
        _app = app;
        var ports = app.Urls.Select(u => new Uri(u).Port).ToArray();
        (Port, TlsPort, StatusPort) = (ports[0], ports[1], ports[2]);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Port}"),
        };
    }

    public int Port { get; }

    public int TlsPort { get; }

    public int StatusPort { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TestGateway> StartAsync(
        ConfigEntities? entities = null, Action<IServiceCollection>? services = null, Func<DataPlaneOptions, DataPlaneOptions>? options = null)
    {
        var app = DataPlaneHost.Create(
            (options ?? (o => o))(new DataPlaneOptions
            {
                ProxyListeners = [new Listener(IPAddress.Loopback, 0), new Listener(IPAddress.Loopback, 0, Tls: true, Http2: true)],
                StatusListeners = [new Listener(IPAddress.Loopback, 0)],
                AllowDebugHeader = true,
                GracePeriod = TimeSpan.FromSeconds(20),
            }),
            services);
        await app.StartAsync();
        var gateway = new TestGateway(app);
        if (entities is not null)
        {
            gateway.Use(entities);
        }

        return gateway;
    }

    /// <summary>Swaps the configuration.</summary>
    public void Use(ConfigEntities entities)
    {
        var result = Compile(entities);
        result.ShouldBeOfType<CompileResult.Compiled>(result.ToString()).Use();
    }

    public CompileResult Compile(ConfigEntities entities) => _app.Services.GetRequiredService<SnapshotCompiler>()
        .Compile(entities.Hashes == ConfigHashes.Empty ? entities with { Hashes = ConfigHashes.Empty with { Config = Guid.NewGuid().ToString("N") } } : entities);

    /// <summary>Compiles a configuration with the hashes that it has.</summary>
    public CompileResult CompileExactly(ConfigEntities entities) => _app.Services.GetRequiredService<SnapshotCompiler>().Compile(entities);

    /// <summary>Sends bytes as they stand and reads the answer to its end.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Hand-made entities.</summary>
public static class Some
{
    private static int _ids;

    public static Guid Id() => new(Interlocked.Increment(ref _ids), 0, 0, new byte[8]);

    public static Service Service(int port, string? path = null, int retries = 5, int timeout = 60_000, string host = "127.0.0.1") => new()
    {
        Id = new(Id()),
        Host = host,
        Port = port,
        Path = path,
        Retries = retries,
        ConnectTimeout = timeout,
        ReadTimeout = timeout,
    };

    public static Route Route(Service? service, params string[] paths) => new()
    {
        Id = new(Id()),
        Service = service?.Id,
        Paths = paths.Length > 0 ? paths : null,
    };

    public static Plugin Plugin(string name, JsonObject config, Route? route = null, Service? service = null, Consumer? consumer = null) => new()
    {
        Id = new(Id()),
        Name = name,
        Config = config,
        Route = route?.Id,
        Service = service?.Id,
        Consumer = consumer?.Id,
    };

    public static ConfigEntities Config(Service service, params Route[] routes) => new() { Services = [service], Routes = routes };
}
