using System.Text.Json.Nodes;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store.Behaviours;

/// <summary>A group is shown with its members and the plugin settings that are others for them.</summary>
internal sealed class ConsumerGroupBehaviour : EntityBehaviour
{
    private const int MostMembers = 1000;

    public override async Task<JsonObject> ShowOneAsync(StoreSession session, JsonObject shown, Func<string, string?> argument)
    {
        var id = Guid.Parse(Json.String(shown["id"])!);
        var whole = new JsonObject { ["consumer_group"] = shown };
        if (argument("list_consumers") is not "false")
        {
            var (consumers, members) = (session.Tables["consumers"], session.Tables["consumer_group_consumers"]);
            var request = new PageRequest { Size = MostMembers, Through = new PageThrough(members, "consumer_group", "consumer", id) };
            var page = await EntityReader.PageAsync(session, consumers, request);
            whole["consumers"] = new JsonArray([.. await EntityReader.ShowAsync(session, consumers, page.Value!.Rows)]);
        }

        var overrides = session.Tables["consumer_group_plugins"];
        var rows = await session.Rows(overrides).Where(o => EF.Property<Guid>(o, "consumer_group") == id).OrderBy(o => EF.Property<string>(o, "name"))
            .ToListAsync(session.Cancellation);
        whole["plugins"] = new JsonArray([.. rows.Select(r => overrides.ToEntity(r, null))]);
        return whole;
    }
}
