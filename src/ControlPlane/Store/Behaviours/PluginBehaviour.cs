using System.Text.Json.Nodes;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store.Behaviours;

/// <summary>A plugin's protocols fit those of the route or service that it is bound to.</summary>
internal sealed class PluginBehaviour : EntityBehaviour
{
    // Without a name the plugin is read first, to know what it is.
    public override bool IsSilentWhenMissing(JsonObject sent) => !sent.ContainsKey("name");

    public override async Task<StoreError?> JudgeAsync(StoreSession session, JsonObject document, JsonObject sent, ParseMode mode)
    {
        var isConcerned = mode is not ParseMode.Update || sent.ContainsKey("protocols") || sent.ContainsKey("route") || sent.ContainsKey("service");
        if (!isConcerned || document["protocols"] is not JsonArray list)
        {
            return null;
        }

        var protocols = list.Select(Json.String).ToHashSet(StringComparer.Ordinal);
        var routes = session.Tables["routes"];
        if (document["route"] is JsonObject route)
        {
            var found = Guid.TryParse(Json.String(route["id"]), out var id) ? await session.FindAsync(routes, EntityKey.Of(id)) : null;
            return found is null || Protocols(found.Entity["protocols"]!).Any(protocols.Contains)
                ? null
                : StoreError.Schema("protocols", "must match the associated route's protocols");
        }

        if (document["service"] is not JsonObject service || !Guid.TryParse(Json.String(service["id"]), out var serviceId))
        {
            return null;
        }

        var all = await session.Rows(routes).Where(r => EF.Property<Guid?>(r, "service") == serviceId)
            .Select(r => EF.Property<string[]>(r, "protocols")).ToListAsync(session.Cancellation);
        return all.Count is 0 || all.Any(p => p.Any(protocols.Contains))
            ? null
            : StoreError.Schema("protocols", "must match the protocols of at least one route pointing to this Plugin's service");
    }

    private static IEnumerable<string?> Protocols(JsonNode list) => ((JsonArray)list).Select(Json.String);
}
