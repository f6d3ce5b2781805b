using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store.Behaviours;

/// <summary>A plugin's protocols fit those of the route or service that it is bound to.</summary>
internal sealed class PluginBehaviour : EntityBehaviour
{
    private const int PageSize = 1000;

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

        return await FitsAnyAsync(session, routes, serviceId, protocols)
            ? null
            : StoreError.Schema("protocols", "must match the protocols of at least one route pointing to this Plugin's service");
    }

    /// <summary>Whether any route of a service takes one of the protocols; a service without routes takes all.</summary>
    private static async Task<bool> FitsAnyAsync(StoreSession session, EntityTable routes, Guid service, HashSet<string?> protocols)
    {
        var request = new PageRequest { Size = PageSize, Parent = new Parent("service", service) };
        while (true)
        {
            var page = (await EntityReader.PageAsync(session, routes, request)).Value!;
            if (page.Rows.Any(r => Protocols(r["protocols"]!).Any(protocols.Contains)))
            {
                return true;
            }

            if (page.Offset is null)
            {
                return request.Offset is null && page.Rows.Count is 0;
            }

            request = request with { Offset = page.Offset };
        }
    }

    private static IEnumerable<string?> Protocols(JsonNode list) => ((JsonArray)list).Select(Json.String);
}
