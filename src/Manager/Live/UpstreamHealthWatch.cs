using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;

namespace Gateway.Manager.Live;

/// <summary>Looks after the health of one upstream for as long as a page shows it.</summary>
/// <param name="admin">The Admin API.</param>
/// <param name="time">The clock.</param>
public sealed class UpstreamHealthWatch(AdminClient admin, TimeProvider time)
{
    // Data planes report once a second.
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    /// <summary>The health now and after each look; null while the Admin API cannot tell. It ends where the Admin API has no such answer.</summary>
    /// <param name="upstream">The upstream's id.</param>
    /// <param name="cancellation">Ends the watch.</param>
    public async IAsyncEnumerable<UpstreamHealth?> WatchAsync(string upstream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var answer = await admin.GetAsync($"upstreams/{Uri.EscapeDataString(upstream)}/health/data-planes", cancellation);
            if (answer.Status is 404 or 405)
            {
                yield break;
            }

            yield return answer.Succeeded && answer.Entity is { } found ? UpstreamHealth.From(found) : null;
            try
            {
                await Task.Delay(_interval, time, cancellation);
            }
            catch (OperationCanceledException)
            {
                yield break;
            }
        }
    }

    /// <summary>Marks one address by hand; the answer tells what is wrong.</summary>
    /// <param name="upstream">The upstream's id.</param>
    /// <param name="line">The address.</param>
    /// <param name="healthy">The health.</param>
    public Task<AdminAnswer> MarkAsync(string upstream, TargetLine line, bool healthy) => admin.SendAsync(
        HttpMethod.Put,
        $"upstreams/{Uri.EscapeDataString(upstream)}/targets/{line.TargetId}/{Uri.EscapeDataString(line.Address!)}/{(healthy ? "healthy" : "unhealthy")}",
        new JsonObject());
}
