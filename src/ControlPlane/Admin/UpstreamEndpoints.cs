using System.Net;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Telemetry;
using Gateway.Schema;
using Gateway.Sync.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>The health of upstreams: what this node's own balancers know, or what its data planes report.</summary>
internal sealed class UpstreamEndpoints(ControlPlaneOptions options, EntityEndpoints entities, EntityTables tables, UpstreamHealthBoard? board = null)
{
    private const string Upstream = "/upstreams/{upstreams}";
    private const string Target = $"{Upstream}/targets/{{targets}}";
    private readonly Dictionary<string, Resource> _entities = entities.Resources(tables).Where(r => r.Path.StartsWith(Upstream, StringComparison.Ordinal)).ToDictionary(r => r.Path, r => r.Resource);

    public IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ($"{Upstream}/health", new Resource { Get = HealthAsync }),
        ($"{Upstream}/health/data-planes", new Resource { Get = PlanesAsync }),
        ($"{Upstream}/targets/all", entities.Raw(tables["upstreams"], tables["targets"], "upstream", "all")),
        .. options.Upstreams is { } local ? Marks(local) : [],
    ];

    private IEnumerable<(string Path, Resource Resource)> Marks(LocalUpstreams local)
    {
        foreach (var healthy in (bool[])[true, false])
        {
            var word = healthy ? "healthy" : "unhealthy";
            yield return ($"{Target}/{word}", new Resource { Put = request => MarkAsync(request, local, null, healthy) });
            yield return ($"{Target}/{{address}}/{word}", new Resource { Put = request => MarkAsync(request, local, request.Segments[4], healthy) });
        }
    }

    private async Task<AdminAnswer> HealthAsync(AdminRequest request)
    {
        var upstream = await _entities[Upstream].Get!(request);
        if (upstream.Status is not StatusCodes.Status200OK)
        {
            return AdminAnswer.NotFound;
        }

        var nodes = await NodesAsync(IdOf(upstream));
        if (request.Query["balancer_health"].ToString() is "1")
        {
            var whole = Worst(nodes.Select(n => n.Health), h => h.Health) ?? new UpstreamHealth(IdOf(upstream), HealthState.HealthchecksOff, []);
            return AdminAnswer.Ok(new JsonObject { ["data"] = whole.Render(), ["next"] = null, ["node_id"] = options.NodeId.ToString() });
        }

        var page = await _entities[$"{Upstream}/targets"].Get!(request);
        if (page is not { Status: StatusCodes.Status200OK, Body: JsonObject body })
        {
            return page;
        }

        foreach (var row in body["data"]!.AsArray().OfType<JsonObject>())
        {
            var id = Guid.Parse(Json.String(row["id"])!);
            var seen = Worst(nodes.SelectMany(n => n.Health.Targets).Where(t => t.Id == id), t => t.Health);
            row["health"] = (seen?.Health ?? HealthState.HealthchecksOff).Name();
            if (seen is not null)
            {
                row["data"] = seen.Render();
            }
        }

        if (Json.String(body["next"]) is { } next)
        {
            body["next"] = next.Replace("/targets?", "/health?", StringComparison.Ordinal);
        }

        body["node_id"] = options.NodeId.ToString();
        return AdminAnswer.Ok(body);
    }

    /// <summary>Ours: the health per node, with the reasons.</summary>
    private async Task<AdminAnswer> PlanesAsync(AdminRequest request)
    {
        var upstream = await _entities[Upstream].Get!(request);
        if (upstream.Status is not StatusCodes.Status200OK)
        {
            return AdminAnswer.NotFound;
        }

        var nodes = await NodesAsync(IdOf(upstream));
        return AdminAnswer.Ok(new JsonObject { ["data"] = new JsonArray([.. nodes.Select(Render)]), ["next"] = null, ["marks"] = options.Upstreams is not null });
    }

    private static JsonObject Render(NodeHealth node) => new()
    {
        ["id"] = node.Id,
        ["hostname"] = node.Hostname,
        ["health"] = node.Health.Health.Name(),
        ["targets"] = new JsonArray([.. node.Health.Targets.Select(target =>
        {
            var rendered = target.Render();
            rendered["id"] = target.Id.ToString();
            rendered["health"] = target.Health.Name();
            foreach (var (address, seen) in rendered["addresses"]!.AsArray().Zip(target.Addresses))
            {
                address!["reason"] = seen.Reason;
            }

            return rendered;
        })]),
    };

    private async Task<AdminAnswer> MarkAsync(AdminRequest request, LocalUpstreams local, string? address, bool healthy)
    {
        var upstream = await _entities[Upstream].Get!(request);
        var target = await _entities[Target].Get!(request);
        if (upstream.Status is not StatusCodes.Status200OK || target.Status is not StatusCodes.Status200OK)
        {
            return AdminAnswer.NotFound;
        }

        IPEndPoint? one = null;
        if (address is not null && !IPEndPoint.TryParse(address, out one))
        {
            return AdminAnswer.Problem(StatusCodes.Status400BadRequest, "target not found");
        }

        var mark = new HealthMark(IdOf(upstream), Json.String(upstream.Body!["name"])!, IdOf(target), one, healthy);
        return await local.Mark(mark) is { } problem ? AdminAnswer.Problem(StatusCodes.Status400BadRequest, problem) : AdminAnswer.NoContent;
    }

    private async ValueTask<IReadOnlyList<NodeHealth>> NodesAsync(Guid upstream)
    {
        if (options.Upstreams is { } local)
        {
            return await local.Health(upstream) is { } health ? [new NodeHealth(options.NodeId.ToString(), Dns.GetHostName(), health)] : [];
        }

        return board?.Of(upstream) ?? [];
    }

    /// <summary>Where several nodes differ, the one that is worst off is the one to look at.</summary>
    private static T? Worst<T>(IEnumerable<T> seen, Func<T, HealthState> health)
        where T : class => seen.OrderBy(s => health(s) switch { HealthState.Unhealthy => 0, HealthState.DnsError => 1, HealthState.Healthy => 2, _ => 3 }).FirstOrDefault();

    private static Guid IdOf(AdminAnswer entity) => Guid.Parse(Json.String(entity.Body!["id"])!);
}
