using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>References given by another unique field than the id, such as <c>{"service":{"name":"x"}}</c>.</summary>
internal static class ForeignKeys
{
    /// <summary>Replaces them by ids in a document; an error when some lead nowhere.</summary>
    public static async Task<StoreError?> ResolveAsync(StoreSession session, EntityTable table, JsonObject document)
    {
        var unresolved = new JsonObject();
        foreach (var foreign in table.ForeignKeys)
        {
            var field = foreign.Column.Field;
            if (document[field] is not JsonObject reference || UuidRule.IsUuid(Json.String(reference["id"])))
            {
                continue;
            }

            var failed = new JsonObject();
            foreach (var by in UniqueKeys(session.Tables[foreign.Reference].Schema, reference))
            {
                if (await session.FindAsync(session.Tables[foreign.Reference], by) is { } found)
                {
                    document[field] = new JsonObject { ["id"] = found.Id.ToString() };
                    break;
                }

                failed[by.Field] = StoreError.NotResolved(by, foreign.Reference);
            }

            if (failed.Count > 0)
            {
                unresolved[field] = failed;
            }
        }

        return unresolved.Count > 0 ? StoreError.Unresolved(unresolved) : null;
    }

    /// <summary>The keys that a reference names what it refers to by; a value that the field cannot have is none, and is judged with the document.</summary>
    private static List<EntityKey> UniqueKeys(EntitySchema schema, JsonObject reference) => [.. schema.UniqueFields
        .Where(f => Json.String(reference[f.Name]) is { } text && SchemaParser.Accepts(f.Schema, text))
        .Select(f => new EntityKey(f.Name, Json.String(reference[f.Name])!))];
}
