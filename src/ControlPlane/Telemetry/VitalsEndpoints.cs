using Gateway.ControlPlane.Clustering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>The Admin API's live view of the traffic.</summary>
public static class VitalsEndpoints
{
    /// <summary>Maps <c>/vitals/live</c>: server-sent events, first the last quarter of an hour, then each second.</summary>
    /// <param name="endpoints">The Admin API of a control plane with clustering.</param>
    public static IEndpointRouteBuilder MapVitalsEndpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/vitals/live", (HttpContext http) => EventStream.RunAsync(http, stream => FeedAsync(stream, http)));
        return endpoints;
    }

    private static async Task FeedAsync(EventStream stream, HttpContext http)
    {
        var (snapshot, updates) = http.RequestServices.GetRequiredService<Vitals>().Listen(stream.Ended);
        await stream.SendAsync("snapshot", snapshot);
        await foreach (var update in updates.ReadAllAsync(stream.Ended))
        {
            await stream.SendAsync("update", update);
        }
    }
}
