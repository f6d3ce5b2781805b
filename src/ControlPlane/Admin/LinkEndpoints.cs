using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>The paths of entities that do nothing but link two others, such as a consumer to a group: each end has a list of the others, to which they are added by name.</summary>
internal sealed class LinkEndpoints(StoreRunner runner)
{
    /// <summary>Every path, with its methods.</summary>
    public IEnumerable<(string Path, Resource Resource)> Resources(EntityTables tables)
    {
        foreach (var table in tables.All.Where(t => t.Schema.IsLink))
        {
            var ends = table.ForeignKeys.Select(k => new End(tables[k.Reference], k.Column.Field)).ToArray();
            foreach (var (near, far) in new[] { (ends[0], ends[1]), (ends[1], ends[0]) })
            {
                var path = $"/{near.Table.Schema.AdminName}/{{{near.Table.Name}}}/{far.Table.Schema.AdminName}";
                yield return (path, Collection(new Link(table, near, far)));
                yield return ($"{path}/{{{far.Table.Name}}}", Item(new Link(table, near, far)));
            }
        }
    }

    private Resource Collection(Link link) => new()
    {
        Get = request => RunAsync(request, async session =>
        {
            var near = await FindAsync(session, link.Near, request.Segments[1]);
            var path = $"/{request.Segments[0]}/{Uri.EscapeDataString(request.Segments[1])}/{request.Segments[2]}";
            return near.Error ?? await EntityEndpoints.PageAsync(session, link.Far.Table, request, path, new PageThrough(link.Table, link.Near.Field, link.Far.Field, near.Value!.Id));
        }),
        Post = request => RunAsync(request, session => AddAsync(session, link, request)),
        Delete = request => RunAsync(request, async session =>
        {
            var near = await FindAsync(session, link.Near, request.Segments[1]);
            return near.Error ?? await RemoveAsync(session, link, near.Value!.Id, null);
        }),
    };

    private Resource Item(Link link) => new()
    {
        Get = request => RunAsync(request, async session =>
        {
            var (near, far) = await EndsAsync(session, link, request);
            return (near.Error ?? far.Error) is { } error ? error
                : await FindLinkAsync(session, link, near.Value!.Id, far.Value!.Id) is null ? StoreError.NotThere
                : AdminAnswer.Ok((await EntityReader.ShowAsync(session, link.Far.Table, [far.Value.Entity]))[0]);
        }),
        Delete = request => RunAsync(request, async session =>
        {
            var (near, far) = await EndsAsync(session, link, request);
            return near.Error ?? far.Error ?? await RemoveAsync(session, link, near.Value!.Id, far.Value!.Id);
        }),
    };

    private Task<AdminAnswer> RunAsync(AdminRequest request, Func<StoreSession, Task<Outcome<AdminAnswer>>> work) => request.RunAsync(runner, work);

    private static async Task<Outcome<AdminAnswer>> AddAsync(StoreSession session, Link link, AdminRequest request)
    {
        var near = await FindAsync(session, link.Near, request.Segments[1]);
        if (near.Error is not null)
        {
            return near.Error;
        }

        var names = request.Body.Texts(link.Far.Field) is { Count: > 0 } full ? full : request.Body.Texts(link.Far.ShortField);
        if (names.Count is 0)
        {
            return StoreError.Schema(link.Far.Field, Messages.Required);
        }

        var added = new List<StoredEntity>();
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            var far = await FindAsync(session, link.Far, name);
            if (far.Error is not null)
            {
                return AdminAnswer.Problem(StatusCodes.Status404NotFound, $"{link.Far.Field} '{name}' not found");
            }

            if (await FindLinkAsync(session, link, near.Value!.Id, far.Value!.Id) is not null)
            {
                return AdminAnswer.Problem(StatusCodes.Status409Conflict, $"{link.Far.Field} '{name}' is already linked to {link.Near.Field} '{request.Segments[1]}'");
            }

            added.Add(far.Value!);
        }

        foreach (var far in added)
        {
            var row = new JsonObject { [link.Near.Field] = Reference(near.Value!.Id), [link.Far.Field] = Reference(far.Id) };
            if ((await EntityStore.InsertAsync(session, link.Table, _ => row)).Error is { } error)
            {
                return error;
            }
        }

        return AdminAnswer.Created(new JsonObject
        {
            [link.Near.Field] = (await EntityReader.ShowAsync(session, link.Near.Table, [near.Value!.Entity]))[0],
            [link.Far.Table.Name] = new JsonArray([.. await EntityReader.ShowAsync(session, link.Far.Table, [.. added.Select(a => a.Entity)])]),
        });
    }

    private static async Task<Outcome<AdminAnswer>> RemoveAsync(StoreSession session, Link link, Guid near, Guid? far)
    {
        var links = await session.LinksAsync(link.Table, new PageThrough(link.Table, link.Near.Field, link.Far.Field, near), far);
        if (far is not null && links.Count is 0)
        {
            return StoreError.NotThere;
        }

        if (session.Refusal(StoreWrite.Delete, link.Table, null) is { } refused)
        {
            return refused;
        }

        foreach (var id in links)
        {
            await session.RemoveAsync(link.Table, id);
        }

        return AdminAnswer.NoContent;
    }

    private static async Task<(Outcome<StoredEntity> Near, Outcome<StoredEntity> Far)> EndsAsync(StoreSession session, Link link, AdminRequest request)
    {
        var near = await FindAsync(session, link.Near, request.Segments[1]);
        return (near, near.Error ?? await FindAsync(session, link.Far, request.Segments[3]));
    }

    private static async Task<Outcome<StoredEntity>> FindAsync(StoreSession session, End end, string segment)
    {
        var key = EntityKey.Read(end.Table.Schema, segment);
        return key.Error is not null ? key.Error : await session.FindAsync(end.Table, key.Value) is { } found ? found : StoreError.NotThere;
    }

    private static async Task<Guid?> FindLinkAsync(StoreSession session, Link link, Guid near, Guid far) =>
        (await session.LinksAsync(link.Table, new PageThrough(link.Table, link.Near.Field, link.Far.Field, near), far)) is [var id, ..] ? id : null;

    private static JsonObject Reference(Guid id) => new() { ["id"] = id.ToString() };

    /// <summary>One end of a link: what it is, and the field that refers to it.</summary>
    private sealed record End(EntityTable Table, string Field)
    {
        /// <summary>The last word of the field, by which clients name it too.</summary>
        public string ShortField => Field[(Field.LastIndexOf('_') + 1)..];
    }

    /// <summary>A link as seen from one end.</summary>
    private sealed record Link(EntityTable Table, End Near, End Far);
}
