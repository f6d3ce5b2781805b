using System.Text.Json.Nodes;
using Gateway.ControlPlane.Admin;
using Gateway.ControlPlane.Store;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>The history of the traffic in the Admin API: of the cluster, and of each node, service, route and consumer.</summary>
internal sealed class VitalsResources(VitalsHistory history, Vitals vitals, SeriesNames names, EntityEndpoints entities, EntityTables tables, TimeProvider time)
{
    private static readonly (string Path, SeriesKind Kind)[] _entityKinds = [("services", SeriesKind.Service), ("routes", SeriesKind.Route), ("consumers", SeriesKind.Consumer)];

    public IEnumerable<(string Path, Resource Resource)> Resources
    {
        get
        {
            yield return ("/vitals", new Resource { Get = _ => Task.FromResult(AdminAnswer.Ok(Index())) });
            yield return ("/vitals/cluster", new Resource { Get = request => ReadAsync(request, Series.Cluster) });
            yield return ("/vitals/nodes", new Resource { Get = request => ListAsync(request, SeriesKind.Node, null) });
            yield return ("/vitals/nodes/{node}", new Resource { Get = NodeAsync });
            var resources = entities.Resources(tables).ToDictionary(r => r.Path, r => r.Resource);
            foreach (var (path, kind) in _entityKinds)
            {
                var entity = resources[$"/{path}/{{{path}}}"];
                yield return ($"/vitals/{path}", new Resource { Get = request => ListAsync(request, kind, path) });
                yield return ($"/vitals/{path}/{{id}}", new Resource { Get = request => EntityAsync(request, kind, path, entity) });
            }
        }
    }

    private static JsonObject Index() => new()
    {
        ["intervals"] = new JsonObject
        {
            ["seconds"] = new JsonObject { ["step"] = 1, ["kept"] = VitalsBook.Kept },
            ["minutes"] = new JsonObject { ["step"] = Step.Minute, ["kept"] = VitalsWriter.MinuteLife },
            ["hours"] = new JsonObject { ["step"] = Step.Hour, ["kept"] = VitalsWriter.HourLife },
        },
        ["series"] = new JsonArray("/vitals/cluster", "/vitals/nodes/{node}", "/vitals/services/{service}", "/vitals/routes/{route}", "/vitals/consumers/{consumer}"),
        ["lists"] = new JsonArray("/vitals/nodes", "/vitals/services", "/vitals/routes", "/vitals/consumers"),
        ["streams"] = new JsonArray("/vitals/live", "/vitals/{kind}/{id}/live", "/vitals/requests/live"),
    };

    private Task<AdminAnswer> NodeAsync(AdminRequest request) => Guid.TryParse(request.Segments[2], out var id)
        ? ReadAsync(request, new Series(SeriesKind.Node, id))
        : Task.FromResult(AdminErrors.Answer(StoreError.InvalidPrimaryKey));

    // What an entity did outlives it, so an id needs no entity; a name does.
    private async Task<AdminAnswer> EntityAsync(AdminRequest request, SeriesKind kind, string path, Resource entity)
    {
        if (Guid.TryParseExact(request.Segments[2], "D", out var id))
        {
            return await ReadAsync(request, new Series(kind, id));
        }

        var found = await entity.Get!(request with { Segments = [path, request.Segments[2]] });
        return found is { Status: StatusCodes.Status200OK, Body: { } body } ? await ReadAsync(request, new Series(kind, Guid.Parse(Json.String(body["id"])!))) : found;
    }

    private async Task<AdminAnswer> ReadAsync(AdminRequest request, Series series)
    {
        if (VitalsQuery.Read(request.Query, time.GetUtcNow()) is var (query, problem) && problem is not null)
        {
            return AdminErrors.Answer(problem);
        }

        var read = await history.ReadAsync(series, query!, request.Cancellation);
        return read.Error is { } error ? AdminErrors.Answer(error) : AdminAnswer.Ok(Frame(query!, new JsonArray([.. read.Value!.Select(s => s.Render(series.Kind))])));
    }

    private async Task<AdminAnswer> ListAsync(AdminRequest request, SeriesKind kind, string? table)
    {
        if (VitalsQuery.Read(request.Query, time.GetUtcNow()) is var (query, problem) && problem is not null)
        {
            return AdminErrors.Answer(problem);
        }

        var top = await history.TopAsync(kind, query!, request.Cancellation);
        if (top.Error is { } error)
        {
            return AdminErrors.Answer(error);
        }

        var called = table is null
            ? vitals.Nodes.ToDictionary(n => n.Id, n => new SeriesName(n.Hostname, ""))
            : await names.FindAsync(table, [.. top.Value!.Select(t => t.Series.Id)], request.Cancellation);
        return AdminAnswer.Ok(Frame(query!, new JsonArray([.. top.Value!.Select(t =>
        {
            var row = t.Sum.Render(kind);
            row.Remove("at");
            row.Insert(0, "id", t.Series.Id.ToString());
            row.Insert(1, kind is SeriesKind.Node ? "hostname" : "name", called.GetValueOrDefault(t.Series.Id)?.Name);
            return row;
        })])));
    }

    private static JsonObject Frame(VitalsQuery query, JsonArray data) => new()
    {
        ["interval"] = query.Interval,
        ["step"] = query.Step,
        ["start"] = query.Start,
        ["end"] = query.End,
        ["data"] = data,
    };
}
