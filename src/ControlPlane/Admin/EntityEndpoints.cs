using System.Text.Json.Nodes;
using Gateway.ControlPlane.Admin.OpenApi;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Store.Behaviours;
using Gateway.ControlPlane.Store.Lists;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.ControlPlane.Admin;

/// <summary>The collections of all entities: one code for every kind, its paths derived from the declaration.</summary>
internal sealed class EntityEndpoints(StoreRunner runner)
{
    // Server names show their certificate's id; Kong has no path that leads on from there.
    private static readonly HashSet<string> _withoutForeignPaths = ["snis"];

    /// <summary>Every path, with its methods.</summary>
    public IEnumerable<(string Path, Resource Resource)> Resources(EntityTables tables)
    {
        foreach (var table in tables.All.Where(t => t.Schema.AdminApi))
        {
            var schema = table.Schema;
            if (schema.TopLevel)
            {
                yield return ($"/{schema.AdminName}", Collection(table));
                yield return ($"/{schema.AdminName}/{{{schema.Name}}}", Item(table));
            }

            // Paths that the original lists, and on which nothing is ever found.
            foreach (var path in NowhereOf(table))
            {
                yield return (path, Resource.Refused(StatusCodes.Status404NotFound, "Not found"));
            }

            foreach (var foreign in table.ForeignKeys)
            {
                var parent = tables[foreign.Reference];
                if (schema.TopLevel && !_withoutForeignPaths.Contains(schema.Name))
                {
                    yield return ($"/{schema.AdminName}/{{{schema.Name}}}/{foreign.Column.Field}", Reference(table, parent, foreign.Column.Field));
                }

                var path = $"/{parent.Schema.AdminName}/{{{parent.Name}}}/{schema.NestedName}";
                yield return (path, Children(parent, table, foreign.Column.Field));
                yield return ($"{path}/{{{schema.Name}}}", Child(parent, table, foreign.Column.Field));
            }
        }

        foreach (var schema in tables.Catalog.Entities.Where(e => e.Unavailable is not null))
        {
            var refused = Resource.Refused(StatusCodes.Status400BadRequest, schema.Unavailable!);
            yield return ($"/{schema.AdminName}", refused);
            yield return ($"/{schema.AdminName}/{{{schema.Name}}}", refused);
            foreach (var (field, foreign) in schema.ForeignFields)
            {
                var parent = tables.Catalog[foreign.Reference!];
                yield return ($"/{schema.AdminName}/{{{schema.Name}}}/{field}", refused);
                yield return ($"/{parent.AdminName}/{{{parent.Name}}}/{schema.NestedName}", refused);
                yield return ($"/{parent.AdminName}/{{{parent.Name}}}/{schema.NestedName}/{{{schema.Name}}}", refused);
            }
        }
    }

    private static IEnumerable<string> NowhereOf(EntityTable table)
    {
        var schema = table.Schema;
        if (schema is { TopLevel: false, Extension: false, IsLink: false })
        {
            yield return $"/{schema.AdminName}";
            yield return $"/{schema.AdminName}/{{{schema.Name}}}";
        }

        if (!schema.Extension && !schema.IsLink && (!schema.TopLevel || _withoutForeignPaths.Contains(schema.Name)))
        {
            foreach (var foreign in table.ForeignKeys)
            {
                yield return $"/{schema.AdminName}/{{{schema.Name}}}/{foreign.Column.Field}";
            }
        }
    }

    private Resource Collection(EntityTable table) => new()
    {
        Shape = new ResourceShape(ShapeKind.Collection, table.Schema),
        Get = request => RunAsync(request, async session => await PageAsync(session, table, request, $"/{table.Schema.AdminName}", parent: null)),
        Post = request => RunAsync(request, async session =>
            await ShownAsync(session, table, await EntityStore.InsertAsync(session, table, Document(request, table)), StatusCodes.Status201Created)),
    };

    private Resource Item(EntityTable table) => new()
    {
        Shape = new ResourceShape(ShapeKind.Item, table.Schema),
        Known = EntityBehaviour.Of(table).HidesMethods ? request => RunAsync(request, async session =>
        {
            var key = await KeyAsync(session, table, request.Segments[1]);
            return key.Error ?? (Outcome<AdminAnswer>)AdminAnswer.NoContent;
        }) : null,
        Get = request => RunAsync(request, async session =>
        {
            var key = await KeyAsync(session, table, request.Segments[1]);
            return key.Error is not null ? key.Error
                : await session.FindAsync(table, key.Value) is { } found ? await OneAsync(session, table, found.Entity, request)
                : EntityBehaviour.Of(table).NamesMissing ? StoreError.NotFound(key.Value.Field, key.Value.Value)
                : StoreError.NotThere;
        }),
        Put = request => RunAsync(request, session => PutAsync(session, table, request, request.Segments[1], null)),
        Patch = request => RunAsync(request, async session =>
        {
            var key = await KeyAsync(session, table, request.Segments[1]);
            return key.Error ?? await ShownAsync(session, table, await EntityStore.UpdateAsync(session, table, key.Value, Document(request, table)));
        }),
        Delete = request => RunAsync(request, async session =>
        {
            var key = await KeyAsync(session, table, request.Segments[1]);
            return (key.Error ?? (await EntityStore.DeleteAsync(session, table, key.Value)).Error) is { } error ? error : AdminAnswer.NoContent;
        }),
    };

    private Resource Children(EntityTable parentTable, EntityTable table, string field) => new()
    {
        Shape = new ResourceShape(ShapeKind.Collection, table.Schema, parentTable.Schema),
        Known = KnownBelow(parentTable, table, field),
        Get = request => RunAsync(request, async session =>
        {
            var parent = await ParentAsync(session, parentTable, table, field, request.Segments[1]);
            var named = EntityBehaviour.Of(parentTable).HidesMethodsBelow(table) && parent.Value is { } found ? found.Id.ToString() : AdminRequest.RawSegmentsOf(request.Http)[1];
            var path = $"/{parentTable.Schema.AdminName}/{named}/{table.Schema.NestedName}";
            return parent.Error
                ?? (EntityBehaviour.Of(table).NewestFirst && ListQuery.IsPlain(request.Query, table) ? await CountedPage.ReadAsync(session, table, request, path, parent.Value!)
                : await PageAsync(session, table, request, path, parent.Value));
        }),
        Post = request => RunAsync(request, async session =>
        {
            var parent = await ParentAsync(session, parentTable, table, field, request.Segments[1]);
            return parent.Error ?? await ShownAsync(
                session, table, await EntityStore.InsertAsync(session, table, Document(request, table, parent.Value)), StatusCodes.Status201Created);
        }),
    };

    /// <summary>The children as they are kept, by id, whatever order their kind is shown in.</summary>
    public Resource Raw(EntityTable parentTable, EntityTable table, string field, string name) => new()
    {
        Get = request => RunAsync(request, async session =>
        {
            var parent = await ParentAsync(session, parentTable, table, field, request.Segments[1]);
            var path = $"/{parentTable.Schema.AdminName}/{AdminRequest.RawSegmentsOf(request.Http)[1]}/{table.Schema.NestedName}/{name}";
            return parent.Error ?? await PageAsync(session, table, request, path, parent.Value, order: ListOrder.ById);
        }),
    };

    private Resource Child(EntityTable parentTable, EntityTable table, string field) => new()
    {
        Shape = new ResourceShape(ShapeKind.Item, table.Schema, parentTable.Schema),
        Known = table.Schema.NestedKey is null ? KnownBelow(parentTable, table, field) : request => RunAsync(request, async session =>
            (await FindChildAsync(session, parentTable, table, field, request)).Error ?? (Outcome<AdminAnswer>)AdminAnswer.NoContent),
        Get = request => RunAsync(request, async session =>
        {
            var found = await FindChildAsync(session, parentTable, table, field, request);
            return found.Error ?? await ShownAsync(session, table, found.Value.Entity.Entity);
        }),
        Put = request => RunAsync(request, async session =>
        {
            var parent = await ParentAsync(session, parentTable, table, field, request.Segments[1]);
            return parent.Error is { Code: ErrorCode.NotThere } ? NotThereBelow(table, request.Segments[3])
                : parent.Error ?? await PutAsync(session, table, request, request.Segments[3], parent.Value);
        }),
        Patch = request => RunAsync(request, async session =>
        {
            var found = await FindChildAsync(session, parentTable, table, field, request);
            // The body may move it to another parent.
            return found.Error ?? await ShownAsync(session, table, await EntityStore.UpdateAsync(
                session, table, found.Value.Key, Document(request, table, found.Value.Parent, isGiven: true), found.Value.Parent));
        }),
        Delete = request => RunAsync(request, async session =>
        {
            var found = await FindChildAsync(session, parentTable, table, field, request);
            return (found.Error ?? (await EntityStore.DeleteAsync(session, table, found.Value.Key, found.Value.Parent)).Error) is { } error ? error : AdminAnswer.NoContent;
        }),
    };

    private AdminHandler? KnownBelow(EntityTable parentTable, EntityTable table, string field) => !EntityBehaviour.Of(parentTable).HidesMethodsBelow(table) ? null
        : request => RunAsync(request, async session => (await ParentAsync(session, parentTable, table, field, request.Segments[1])).Error ?? (Outcome<AdminAnswer>)AdminAnswer.NoContent);

    /// <summary>The entity that a field refers to, such as the service of a route.</summary>
    private Resource Reference(EntityTable table, EntityTable target, string field) => new()
    {
        Shape = new ResourceShape(ShapeKind.Item, target.Schema, table.Schema),
        Get = request => RunAsync(request, async session =>
        {
            var owner = await OwnerAsync(session, table, request);
            return owner.Error ?? (Referred(owner.Value!, field) is not { } id || await session.FindAsync(target, EntityKey.Of(id)) is not { } found ? StoreError.NotThere
                : EntityBehaviour.Of(target).IsBareBelow ? AdminAnswer.Ok(RowPresenter.Present(target.Schema, found.Entity))
                : await ShownAsync(session, target, found.Entity));
        }),
        Put = request => RunAsync(request, async session =>
        {
            var owner = await OwnerAsync(session, table, request);
            if (owner.Error is not null)
            {
                return owner.Error;
            }

            var id = Referred(owner.Value!, field) ?? Guid.NewGuid();
            var written = await EntityStore.UpsertAsync(session, target, EntityKey.Of(id), Document(request, target));
            if (written.Error is null && Referred(owner.Value!, field) is null)
            {
                var link = new JsonObject { [field] = new JsonObject { ["id"] = id.ToString() } };
                var linked = await EntityStore.UpdateAsync(session, table, EntityKey.Of(owner.Value!.Id), _ => link);
                written = linked.Error is null ? written : linked.Error;
            }

            return await ShownAsync(session, target, written);
        }),
        Patch = request => RunAsync(request, async session =>
        {
            var owner = await OwnerAsync(session, table, request);
            return owner.Error ?? (Referred(owner.Value!, field) is { } id
                ? await ShownAsync(session, target, await EntityStore.UpdateAsync(session, target, EntityKey.Of(id), Document(request, target)))
                : StoreError.NotThere);
        }),
        Delete = request => RunAsync(request, async session =>
        {
            var owner = await OwnerAsync(session, table, request);
            return owner.Error ?? (Referred(owner.Value!, field) is null ? StoreError.NotThere : (Outcome<AdminAnswer>)AdminAnswer.MethodNotAllowed);
        }),
    };

    private Task<AdminAnswer> RunAsync(AdminRequest request, Func<StoreSession, Task<Outcome<AdminAnswer>>> work) => request.RunAsync(runner, work);

    private static async Task<Outcome<AdminAnswer>> PutAsync(StoreSession session, EntityTable table, AdminRequest request, string segment, Parent? parent)
    {
        var behaviour = EntityBehaviour.Of(table);
        var key = await KeyAsync(session, table, segment, parent);
        if (key.Error is { Code: not ErrorCode.NotThere } error)
        {
            return error;
        }

        var at = key.Error is null ? key.Value : EntityKey.Of(Guid.NewGuid());
        var read = Document(request, table, parent);
        if (behaviour.PutChanges)
        {
            if (await session.FindAsync(table, at, parent) is not { } there)
            {
                return StoreError.NotThere;
            }

            at = EntityKey.Of(there.Id);
            return await ShownAsync(session, table, await EntityStore.UpdateAsync(session, table, at, read, parent));
        }

        // Below a parent, PUT takes over what belongs to another.
        return await ShownAsync(session, table, await EntityStore.UpsertAsync(session, table, at, current =>
        {
            var document = read(current);
            if (!Guid.TryParse(segment, out _))
            {
                behaviour.TakeKey(segment, document);
                if (parent is not null && table.Schema.NestedKey is { } field)
                {
                    document[field] ??= segment;
                }
            }

            return document;
        }));
    }

    /// <summary>A page of a collection, of the rows below a parent, or of those at the far end of links.</summary>
    public static Task<Outcome<AdminAnswer>> PageAsync(StoreSession session, EntityTable table, AdminRequest request, string path, PageThrough through) =>
        PageAsync(session, table, request, path, null, through);

    private static async Task<Outcome<AdminAnswer>> PageAsync(
        StoreSession session, EntityTable table, AdminRequest request, string path, Parent? parent, PageThrough? through = null, ListOrder? order = null)
    {
        var isNested = parent is not null || through is not null;
        var query = request.Query;
        if (!isNested && EntityBehaviour.Of(table).Filter is { } field && query.TryGetValue(field, out var value))
        {
            if (value is not [{ Length: > 0 }])
            {
                return AdminAnswer.Problem(StatusCodes.Status400BadRequest, $"{field} must be an unempty string");
            }

            // Who asks for one asks for nothing else, but for what is ours.
            query = ListQuery.HasOwn(query) ? query : new QueryCollection(new Dictionary<string, StringValues> { [field] = value });
        }

        var asked = ListQuery.Read(query, table, session.Tables, isNested);
        if (asked.Error is not null)
        {
            return asked.Error;
        }

        var found = await EntityReader.PageAsync(session, table, asked.Value!.Page with { Parent = parent, Through = through, Order = asked.Value.Page.Order ?? order });
        if (found.Error is not null)
        {
            return found.Error;
        }

        var rows = await EntityReader.ShowAsync(session, table, found.Value!.Rows);
        var body = new JsonObject { ["data"] = new JsonArray([.. rows]), ["next"] = null };
        if (found.Value.Offset is { } offset)
        {
            body["offset"] = offset;
            body["next"] = CollectionQuery.Next(request.PathOf(path), offset, request.Query, isNested, asked.Value.Ours);
        }

        if (found.Value.Total is var (total, isMinimum))
        {
            body["total"] = total;
            if (isMinimum)
            {
                body["total_is_minimum"] = true;
            }
        }

        return AdminAnswer.Ok(body);
    }

    private static async Task<Outcome<AdminAnswer>> ShownAsync(
        StoreSession session, EntityTable table, Outcome<JsonObject> entity, int status = StatusCodes.Status200OK) =>
        entity.Error is not null ? entity.Error : new AdminAnswer(status, (await EntityReader.ShowAsync(session, table, [entity.Value!]))[0]);

    private static async Task<Outcome<AdminAnswer>> OneAsync(StoreSession session, EntityTable table, JsonObject entity, AdminRequest request)
    {
        var shown = (await EntityReader.ShowAsync(session, table, [entity]))[0];
        return AdminAnswer.Ok(await EntityBehaviour.Of(table).ShowOneAsync(session, shown, name => request.Query[name]));
    }

    private static async Task<Outcome<EntityKey>> KeyAsync(StoreSession session, EntityTable table, string segment, Parent? parent = null)
    {
        if (parent is null || table.Schema.NestedKey is not { } field || Guid.TryParse(segment, out _))
        {
            return await EntityBehaviour.Of(table).KeyAsync(session, table, segment);
        }

        // Other parents may have a row of that name too, so it is the row's id that names it from here on.
        return await session.FindAsync(table, new EntityKey(field, segment), parent) is { } found ? EntityKey.Of(found.Id) : StoreError.NotThere;
    }

    private static async Task<Outcome<StoredEntity>> OwnerAsync(StoreSession session, EntityTable table, AdminRequest request)
    {
        var key = await KeyAsync(session, table, request.Segments[1]);
        return key.Error is not null ? key.Error
            : await session.FindAsync(table, key.Value) is { } found ? found
            : StoreError.NotThere;
    }

    /// <summary>The parent that a path names; only where its children are looked after by its kind, by more than its own key.</summary>
    private static async Task<Outcome<Parent>> ParentAsync(StoreSession session, EntityTable table, EntityTable child, string field, string segment)
    {
        var key = EntityBehaviour.Of(table).HidesMethodsBelow(child) ? await KeyAsync(session, table, segment) : EntityKey.Read(table.Schema, segment);
        return key.Error is not null ? key.Error
            : await session.FindAsync(table, key.Value) is { } found ? new Parent(field, found.Id)
            : StoreError.NotThere;
    }

    private static async Task<Outcome<(StoredEntity Entity, Parent Parent, EntityKey Key)>> FindChildAsync(
        StoreSession session, EntityTable parentTable, EntityTable table, string field, AdminRequest request)
    {
        var parent = await ParentAsync(session, parentTable, table, field, request.Segments[1]);
        var key = parent.Error is not null ? parent.Error : await KeyAsync(session, table, request.Segments[3], parent.Value);
        var found = key.Error is not null ? null : await session.FindAsync(table, key.Value, parent.Value);
        return found is not null ? (found, parent.Value!, EntityBehaviour.Of(table).PutChanges ? EntityKey.Of(found.Id) : key.Value)
            : key.Error is { Code: not ErrorCode.NotThere } error ? error
            : NotThereBelow(table, request.Segments[3]);
    }

    /// <summary>What is said where a parent, or a child of it, is not there.</summary>
    private static StoreError NotThereBelow(EntityTable table, string segment) =>
        table.Schema.NestedKey is not null && !Guid.TryParse(segment, out _) ? StoreError.NotThereByName : StoreError.NotThere;

    private static Guid? Referred(StoredEntity owner, string field) =>
        owner.Entity[field] is JsonObject reference && Guid.TryParse(Json.String(reference["id"]), out var id) ? id : null;

    /// <summary>The body, as a document that belongs to a parent when the path says so.</summary>
    private static Func<JsonObject?, JsonObject> Document(AdminRequest request, EntityTable table, Parent? parent = null, bool isGiven = false) => current =>
    {
        var document = request.Body.Read(table.Schema, current);
        if (parent is not null && !(isGiven && document.ContainsKey(parent.Field)))
        {
            document[parent.Field] = new JsonObject { ["id"] = parent.Id.ToString() };
        }

        return document;
    };
}
