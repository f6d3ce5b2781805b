using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>References given by another unique field than the id, such as <c>{"service":{"name":"x"}}</c>.</summary>
internal static class ForeignKeys
{
    /// <summary>Replaces them by ids in a document; an error when one leads nowhere.</summary>
    public static async Task<StoreError?> ResolveAsync(StoreSession session, EntityTable table, JsonObject document)
    {
        foreach (var foreign in table.ForeignKeys)
        {
            var field = foreign.Column.Field;
            if (document[field] is not JsonObject reference || reference["id"] is not null)
            {
                continue;
            }

            var parent = session.Tables[foreign.Reference];
            var by = reference.FirstOrDefault(p => parent.Schema.Field(p.Key)?.Unique is true && Json.String(p.Value) is not null);
            if (by.Key is null)
            {
                continue;
            }

            if (await session.FindAsync(parent, new EntityKey(by.Key, Json.String(by.Value)!)) is not { } found)
            {
                return StoreError.Unresolved(field, by.Key, new JsonObject { [by.Key] = by.Value!.DeepClone() }, parent.Name);
            }

            document[field] = new JsonObject { ["id"] = found.Id.ToString() };
        }

        return null;
    }
}
