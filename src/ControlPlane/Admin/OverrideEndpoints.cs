using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>The settings of plugins that are others for the members of a consumer group.</summary>
internal sealed class OverrideEndpoints(StoreRunner runner, EntityTables tables, ControlPlaneOptions options)
{
    private readonly EntityTable _groups = tables["consumer_groups"];
    private readonly EntityTable _overrides = tables["consumer_group_plugins"];

    public IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ("/consumer_groups/{consumer_groups}/overrides/plugins/{name}", new Resource { Get = GetAsync, Put = PutAsync, Delete = DeleteAsync }),
    ];

    private Task<AdminAnswer> GetAsync(AdminRequest request) => RunAsync(request, async (session, group) =>
        await FindAsync(session, group, request) is { } found
            ? Shown(StatusCodes.Status200OK, group, found.Entity)
            : StoreError.NotThere);

    private Task<AdminAnswer> DeleteAsync(AdminRequest request) => RunAsync(request, async (session, group) =>
    {
        if (await FindAsync(session, group, request) is not { } found)
        {
            return StoreError.NotThere;
        }

        if (session.Refusal(StoreWrite.Delete, _overrides, null) is { } refused)
        {
            return refused;
        }

        await session.RemoveAsync(_overrides, found.Id);
        return AdminAnswer.NoContent;
    });

    private Task<AdminAnswer> PutAsync(AdminRequest request) => RunAsync(request, async (session, group) =>
    {
        var name = request.Segments[4];
        if (options.Plugins.Find(name) is not { } plugin)
        {
            return StoreError.Schema("name", $"plugin '{name}' not enabled; add it to the 'plugins' configuration property");
        }

        var sent = request.Body.Read(tables["plugins"].Schema, new JsonObject { ["name"] = name });
        if (sent["config"] is not JsonObject config)
        {
            return StoreError.Schema("config", sent["config"] is null ? Messages.Required : Messages.Expected(FieldType.Record));
        }

        var parsed = SchemaParser.ParsePart("config", plugin.Schema.Field("config")!.Record!, config);
        if (parsed.Violations is { } violations)
        {
            return StoreError.Schema(violations);
        }

        var key = EntityKey.Of((await FindAsync(session, group, request))?.Id ?? Guid.NewGuid());
        var written = await EntityStore.UpsertAsync(session, _overrides, key, _ => new JsonObject
        {
            ["name"] = name,
            ["consumer_group"] = new JsonObject { ["id"] = group.Id.ToString() },
            ["config"] = parsed.Value!.DeepClone(),
        });
        return written.Error ?? Shown(StatusCodes.Status201Created, group, written.Value!);
    });

    private Task<AdminAnswer> RunAsync(AdminRequest request, Func<StoreSession, StoredEntity, Task<Outcome<AdminAnswer>>> work) => request.RunAsync(runner, async session =>
    {
        var key = EntityKey.Read(_groups.Schema, request.Segments[1]);
        return key.Error is not null ? key.Error
            : await session.FindAsync(_groups, key.Value, locked: true) is { } group ? await work(session, group)
            : StoreError.NotThere;
    });

    private Task<StoredEntity?> FindAsync(StoreSession session, StoredEntity group, AdminRequest request) =>
        session.FindAsync(_overrides, new EntityKey("name", request.Segments[4]), new Parent("consumer_group", group.Id));

    private static Outcome<AdminAnswer> Shown(int status, StoredEntity group, JsonObject row) => new AdminAnswer(status, new JsonObject
    {
        ["config"] = row["config"]!.DeepClone(),
        ["consumer_group"] = group.Entity["name"]!.DeepClone(),
        ["plugin"] = row["name"]!.DeepClone(),
    });
}
