using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Telemetry;
using Gateway.Hosting;
using Gateway.Sync;
using Gateway.Sync.Mtls;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>The clustering part of a control plane on loopback ports; without a database unless one is given.</summary>
internal sealed class TestControlPlane : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private WebApplication? _host;

    public TestControlPlane(X509Certificate2 certificate, string? database = null, TimeProvider? time = null)
        : this(ClusterIdentity.Shared(certificate), database, time)
    {
    }

    public TestControlPlane(
        ClusterIdentity identity, string? database = null, TimeProvider? time = null, Func<ClusterOptions, ClusterOptions>? configure = null)
    {
        _database = NpgsqlDataSource.Create(database ?? "Host=127.0.0.1;Port=1;Username=nobody;Timeout=1");
        Options = new ClusterOptions
        {
            Identity = identity,
            Listen = [new Listener(IPAddress.Loopback, FreePort.Next(), Tls: true)],
            TelemetryListen = [new Listener(IPAddress.Loopback, FreePort.Next(), Tls: true)],
            // Without a database there are no changes to take.
            Rpc = false,
            Plugins = [new PluginVersion("key-auth", "3.10.0"), new PluginVersion("rate-limiting", "3.10.0")],
        };
        Options = configure?.Invoke(Options) ?? Options;
        Time = time ?? TimeProvider.System;
    }

    public ClusterOptions Options { get; init; }

    public TimeProvider Time { get; }

    public TestLog Log { get; } = new();

    public string Endpoint => $"127.0.0.1:{Options.Listen[0].Port}";

    public string TelemetryEndpoint => $"127.0.0.1:{Options.TelemetryListen[0].Port}";

    public ConfigPublisher Publisher => _host!.Services.GetRequiredService<ConfigPublisher>();

    public DataPlaneRegistry Registry => _host!.Services.GetRequiredService<DataPlaneRegistry>();

    public HttpClient Admin { get; private set; } = new();

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(Time);
        builder.Services.AddSingleton(_database);
        builder.Services.AddClustering(Options).AddTelemetry();
        _host = builder.Build();
        _host.UseRouting();
        _host.MapClusteringEndpoints();
        _host.MapVitalsEndpoints();
        await _host.StartAsync();
        Admin = new HttpClient { BaseAddress = new Uri(_host.Urls.First()) };
    }

    public async Task StopAsync()
    {
        Admin.Dispose();
        if (_host is not null)
        {
            await _host.StopAsync();
            await _host.DisposeAsync();
            _host = null;
        }
    }

    /// <summary>Publishes a configuration with one service of this name, and returns it.</summary>
    public ConfigDocument Publish(string service, params string[] plugins)
    {
        var document = Document(service, plugins);
        Publisher.Publish(document);
        return document;
    }

    public static ConfigDocument Document(string service, params string[] plugins)
    {
        var used = string.Join(',', plugins.Select(p => $"{{\"name\":\"{p}\"}}"));
        return ConfigDocument.Create(Encoding.UTF8.GetBytes(
            $"{{\"_format_version\":\"3.0\",\"_transform\":false,\"services\":[{{\"name\":\"{service}\",\"host\":\"h\"}}],\"plugins\":[{used}]}}"), DateTimeOffset.UtcNow);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _database.DisposeAsync();
    }
}
