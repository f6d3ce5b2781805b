using Gateway.Sync.Mtls;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Listens on 8005 and hands the configuration to every data plane that connects.</summary>
internal sealed class ClusterListener(
    ClusterOptions options, ConfigPublisher publisher, SyncAnswers answers, DataPlaneRegistry registry, DataPlaneCalls calls, OcspClient ocsp, TimeProvider time,
    ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    private const string FirstPath = "/v1/outlet";
    private const string CallsPath = "/v2/outlet";

    private readonly PlaneListener _listener = new(options, options.Listen, ocsp, loggers);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _sessions = loggers.CreateLogger<DataPlaneSession>();
    private readonly ILogger _callers = loggers.CreateLogger<RpcSession>();

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
        if (options.Rpc && http.Request.Path == CallsPath)
        {
            if (await PlaneUpgrade.AcceptCallsAsync(http, options.MaxPayload) is var (caller, calling))
            {
                await new RpcSession(caller, calling, options, publisher, answers, registry, calls, time, _callers).RunAsync(_stopping.Token);
            }
        }
        else if (await PlaneUpgrade.AcceptAsync(http, FirstPath, options.MaxPayload) is var (identity, frames))
        {
            await new DataPlaneSession(identity, frames, options, publisher, registry, time, _sessions).RunAsync(_stopping.Token);
        }
    }
}
