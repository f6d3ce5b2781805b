using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.DataPlane.Sync;
using Gateway.DataPlane.Telemetry;
using Gateway.Sync;
using Gateway.Sync.Mtls;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>The synchronising part of a data plane, with a list in the place of its configuration.</summary>
internal sealed class TestDataPlane : IAsyncDisposable
{
    private readonly IHost _host;

    public TestDataPlane(TestControlPlane controlPlane, X509Certificate2 certificate, Func<Reconfigure, ApplyOutcome>? apply = null)
        : this(controlPlane, ClusterIdentity.Shared(certificate), apply)
    {
    }

    public TestDataPlane(
        TestControlPlane controlPlane, ClusterIdentity identity, Func<Reconfigure, ApplyOutcome>? apply = null,
        Func<ControlPlaneClientOptions, ControlPlaneClientOptions>? configure = null, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log);
        var options = new ControlPlaneClientOptions
        {
            ControlPlane = controlPlane.Endpoint,
            TelemetryEndpoint = controlPlane.TelemetryEndpoint,
            Identity = identity,
            NodeId = Id,
            Hostname = "plane-1",
            Plugins = [new PluginVersion("rate-limiting", "3.10.0"), new PluginVersion("key-auth", "3.10.0")],
            Labels = new Dictionary<string, string> { ["region"] = "eu" },
            RetryDelays = [(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100))],
        };
        options = configure?.Invoke(options) ?? options;
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddControlPlaneSync(options, _ => new PlaneConfiguration(() => ConfigHashes.Zeros, (configuration, _) =>
        {
            var outcome = apply?.Invoke(configuration) ?? ApplyOutcome.Applied.Instance;
            if (outcome is ApplyOutcome.Applied)
            {
                Applied.Enqueue(configuration);
            }

            return ValueTask.FromResult(outcome);
        }));
        _host = builder.Build();
    }

    public Guid Id { get; } = Guid.NewGuid();

    public TestLog Log { get; } = new();

    public ConcurrentQueue<Reconfigure> Applied { get; } = new();

    public ControlPlaneStatus Status => _host.Services.GetRequiredService<ControlPlaneConnection>().Status;

    public TrafficCounters Counters => _host.Services.GetRequiredService<TrafficCounters>();

    public Task StartAsync() => _host.StartAsync();

    public Task WaitForAsync(ConfigDocument document) => Wait.UntilAsync(
        () => Status.Connected && Status.ConfigHash == document.ConfigHash,
        $"configuration {document.ConfigHash} is in use; the log:\n{string.Join('\n', Log.Lines)}");

    public static string TextOf(Reconfigure configuration) => Encoding.UTF8.GetString(configuration.ConfigTable.Span);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
