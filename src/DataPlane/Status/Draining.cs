using Gateway.DataPlane.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Gateway.DataPlane.Status;

/// <summary>
/// The first part of a stop: before the server closes idle connections, on which a request may just be coming in, clients are told with their next answers to close them themselves.
/// HTTP/2 has a word for that, GOAWAY, which the server says by itself.
/// </summary>
/// <param name="ready">Whether this node wants requests.</param>
/// <param name="counters">Counts the connections.</param>
/// <param name="options">The node's settings.</param>
/// <param name="time">The clock.</param>
internal sealed class Draining(ReadyState ready, TrafficCounters counters, DataPlaneOptions options, TimeProvider time) : IHostedLifecycleService
{
    // Connections are looked at so often whether there is still one.
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends a client's connection with the answer to a request.</summary>
    /// <param name="http">The request.</param>
    public static void TellToClose(HttpContext http)
    {
        if (HttpProtocol.IsHttp11(http.Request.Protocol) && http.Request.Headers.Upgrade.Count is 0)
        {
            http.Response.Headers.Connection = "close";
        }
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        ready.Close();
        var began = time.GetTimestamp();
        while (counters.Connections > 0 && time.GetElapsedTime(began) < options.Linger && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(_step, time, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
