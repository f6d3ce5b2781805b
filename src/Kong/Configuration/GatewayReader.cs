using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Reads all configuration out of a gateway through its Admin API.</summary>
internal static class GatewayReader
{
    private const int AtOnce = 8;
    // More tags than this are not taken by the Admin API and are looked for here.
    private const int MaxTags = 5;

    /// <summary>Reads the entities that carry all given tags; kinds that the gateway does not know have none.</summary>
    /// <exception cref="ConfigFailure">The Admin API cannot be reached or refuses.</exception>
    public static async Task<GatewayState> ReadAsync(AdminApiClient client, EntityCatalog catalog, IReadOnlyList<string> tags, CancellationToken cancellation)
    {
        var state = new GatewayState();
        // Licences carry no tags and are no part of a workspace: only a whole configuration has them.
        var kinds = StateKinds.Of(catalog).Where(k => k.Name is not StateKinds.Licences || (tags.Count is 0 && client.Workspace is null)).ToArray();
        var lists = new IReadOnlyList<JsonObject>[kinds.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(kinds.Index().Where(k => k.Item.TopLevel && !StateKinds.HasNoIdentity(k.Item)), options, async (kind, end) =>
        {
            var asked = kind.Item.Field("tags") is not null && tags.Count <= MaxTags ? tags : [];
            lists[kind.Index] = await client.ListAsync($"/{kind.Item.AdminName}", asked, end) ?? [];
        });
        foreach (var (index, kind) in kinds.Index())
        {
            lists[index] ??= await BelowAsync(client, catalog, kind, state, options);
            state.Add(kind.Name, lists[index].Where(r => Carries(kind, r, tags)));
        }

        return state;
    }

    private static async Task<IReadOnlyList<JsonObject>> BelowAsync(
        AdminApiClient client, EntityCatalog catalog, EntitySchema kind, GatewayState state, ParallelOptions options)
    {
        var (near, far) = (kind.ForeignFields.First(), kind.ForeignFields.Last());
        var parents = state[near.Schema.Reference!];
        var fars = state[far.Schema.Reference!].Select(GatewayState.IdOf).ToHashSet();
        var lists = new IReadOnlyList<JsonObject>[parents.Count];
        await Parallel.ForEachAsync(parents.Index(), options, async (parent, end) =>
        {
            var id = GatewayState.IdOf(parent.Item)!;
            if (StateKinds.IsOverride(kind))
            {
                lists[parent.Index] = await OverridesAsync(client, catalog, near, id, end);
                return;
            }

            var rows = await client.ListAsync(StateKinds.PathOf(kind, catalog, _ => id), [], end) ?? [];
            lists[parent.Index] = !kind.IsLink ? rows :
            [
                .. rows.Where(r => fars.Contains(GatewayState.IdOf(r)!))
                    .Select(r => new JsonObject { [near.Name] = Reference(id), [far.Name] = Reference(GatewayState.IdOf(r)!) }),
            ];
        });
        return [.. lists.SelectMany(l => l)];
    }

    /// <summary>The settings of plugins for a group, which only the group itself shows.</summary>
    private static async Task<IReadOnlyList<JsonObject>> OverridesAsync(AdminApiClient client, EntityCatalog catalog, NamedField group, string id, CancellationToken cancellation)
    {
        var answer = await client.GetAsync($"/{catalog[group.Schema.Reference!].AdminName}/{id}?list_consumers=false", cancellation);
        return
        [
            .. (answer.Body?["plugins"] as JsonArray ?? []).OfType<JsonObject>()
                .Select(o => new JsonObject { [group.Name] = Reference(id), ["name"] = o["name"]?.DeepClone(), ["config"] = o["config"]?.DeepClone() }),
        ];
    }

    private static bool Carries(EntitySchema kind, JsonObject row, IReadOnlyList<string> tags) => kind.Field("tags") is null || tags.Count is 0
        || (row["tags"] is JsonArray carried && tags.All(t => carried.Any(c => Json.String(c) == t)));

    private static JsonObject Reference(string id) => new() { ["id"] = id };
}
