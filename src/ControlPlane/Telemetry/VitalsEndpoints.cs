using System.Text.Json.Nodes;
using Gateway.ControlPlane.Admin;
using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>The Admin API's live views of the traffic: server-sent events, first what is known, then what comes.</summary>
public static class VitalsEndpoints
{
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(15);

    /// <summary>Maps <c>/vitals/live</c> (everything by second), <c>/vitals/{kind}/{id}/live</c> (one series) and <c>/vitals/requests/live</c> (some of the requests).</summary>
    /// <param name="endpoints">The Admin API.</param>
    public static IEndpointRouteBuilder MapVitalsEndpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/vitals/live", (HttpContext http) => EventStream.RunAsync(http, stream => SecondsAsync(stream, Vitals(http).Listen(stream.Ended))));
        foreach (var (path, kind) in new[] { ("nodes", SeriesKind.Node), ("services", SeriesKind.Service), ("routes", SeriesKind.Route), ("consumers", SeriesKind.Consumer) })
        {
            endpoints.MapGet($"/vitals/{path}/{{id:guid}}/live", (HttpContext http) => EventStream.RunAsync(
                http, stream => SecondsAsync(stream, Vitals(http).Listen(new Series(kind, Guid.Parse((string)http.GetRouteValue("id")!)), stream.Ended))));
        }

        endpoints.MapGet("/vitals/requests/live", RequestsAsync);
        return endpoints;
    }

    private static Vitals Vitals(HttpContext http) => http.RequestServices.GetRequiredService<Vitals>();

    private static async Task SecondsAsync(EventStream stream, (string Snapshot, System.Threading.Channels.ChannelReader<string> Updates) feed)
    {
        await stream.SendAsync("snapshot", feed.Snapshot);
        await foreach (var update in feed.Updates.ReadAllAsync(stream.Ended))
        {
            await stream.SendAsync("update", update);
        }
    }

    private static Task RequestsAsync(HttpContext http)
    {
        var filter = Read(http.Request.Query);
        return filter.Error is { } error
            ? AdminErrors.Answer(error).WriteAsync(http)
            : EventStream.RunAsync(http, stream => RequestsAsync(stream, http.RequestServices.GetRequiredService<RequestTail>(), filter.Value!));
    }

    private static async Task RequestsAsync(EventStream stream, RequestTail tail, RequestFilter filter)
    {
        var (last, next) = tail.Listen(filter, stream.Ended);
        await stream.SendAsync("snapshot", Render(last));
        while (true)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stream.Ended);
            limit.CancelAfter(_quiet);
            try
            {
                await next.WaitToReadAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!stream.Ended.IsCancellationRequested)
            {
                await stream.SendCommentAsync();
                continue;
            }

            // Many planes report at the same moment; they come as one event.
            var picked = new List<Picked>();
            while (next.TryRead(out var one))
            {
                picked.Add(one);
            }

            await stream.SendAsync("update", Render(picked));
        }
    }

    private static string Render(IEnumerable<Picked> picked) => new JsonObject { ["data"] = new JsonArray([.. picked.Select(p => p.Render())]) }.ToJsonString();

    private static Outcome<RequestFilter> Read(IQueryCollection query)
    {
        var ids = new Dictionary<string, Guid?>(StringComparer.Ordinal);
        foreach (var name in new[] { "node", "service", "route", "consumer" })
        {
            ids[name] = null;
            if (query[name] is [{ Length: > 0 } text])
            {
                if (!Guid.TryParse(text, out var id))
                {
                    return StoreError.InvalidOption(name, "expected a valid UUID");
                }

                ids[name] = id;
            }
        }

        int? @class = null;
        if (query["status"] is [{ Length: > 0 } status])
        {
            if (status is not [>= '1' and <= '5' and var digit, 'x', 'x'])
            {
                return StoreError.InvalidOption("status", "expected one of: 1xx, 2xx, 3xx, 4xx, 5xx");
            }

            @class = digit - '0';
        }

        return new RequestFilter { Node = ids["node"], Service = ids["service"], Route = ids["route"], Consumer = ids["consumer"], Class = @class };
    }
}
