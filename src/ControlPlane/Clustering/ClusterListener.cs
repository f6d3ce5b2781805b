using Gateway.Sync.Mtls;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Listens on 8005 and hands the configuration to every data plane that connects.</summary>
internal sealed class ClusterListener(
    ClusterOptions options, ConfigPublisher publisher, DataPlaneRegistry registry, OcspClient ocsp, TimeProvider time, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    private const string Path = "/v1/outlet";

    private readonly PlaneListener _listener = new(options, options.Listen, ocsp, loggers);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _sessions = loggers.CreateLogger<DataPlaneSession>();

    /// <summary>The ports that are listened on.</summary>
    public IReadOnlyList<int> Ports => _listener.Ports;

    public Task StartAsync(CancellationToken cancellationToken) => _listener.StartAsync(HandleAsync, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _listener.StopAsync(cancellationToken);
    }

    // The container disposes it twice: as itself and as a hosted service.
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _listener.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        if (await PlaneUpgrade.AcceptAsync(http, Path, options.MaxPayload) is var (identity, frames))
        {
            await new DataPlaneSession(identity, frames, options, publisher, registry, time, _sessions).RunAsync(_stopping.Token);
        }
    }
}
