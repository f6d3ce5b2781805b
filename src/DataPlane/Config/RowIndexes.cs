using System.Text.Json;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.DataPlane.Config;

/// <summary>By what a row can be found beside its id; derived from its schema.</summary>
internal static class RowIndexes
{
    /// <summary>The name under which the combination of fields is indexed that only one row may have.</summary>
    internal const string CacheKey = "cache_key";

    /// <summary>The values and references of a row.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="row">The complete row.</param>
    /// <param name="workspace">The workspace that it belongs to.</param>
    /// <param name="defaultWorkspace">The workspace of what belongs to none, or is unique across all.</param>
    public static (IReadOnlyList<UniqueValue> Uniques, IReadOnlyList<ForeignValue> Foreigns) Of(EntitySchema schema, JsonElement row, Guid workspace, Guid defaultWorkspace) =>
        (Uniques(schema, row, schema.Workspaceable ? workspace : defaultWorkspace, defaultWorkspace), Foreigns(schema, row));

    private static List<UniqueValue> Uniques(EntitySchema schema, JsonElement row, Guid workspace, Guid defaultWorkspace)
    {
        var values = new List<UniqueValue>();
        foreach (var (name, field) in schema.UniqueFields)
        {
            if (row.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null)
            {
                values.Add(new UniqueValue(name, Text(value), field.UniqueAcrossWorkspaces ? defaultWorkspace : workspace));
            }
        }

        if (schema.CacheKey.Count > 1)
        {
            values.Add(new UniqueValue(CacheKey, string.Join(':', schema.CacheKey.Select(k => row.TryGetProperty(k, out var value) ? Text(value) : string.Empty)), workspace));
        }

        return values;
    }

    private static List<ForeignValue> Foreigns(EntitySchema schema, JsonElement row)
    {
        var values = new List<ForeignValue>();
        foreach (var (name, field) in schema.ForeignFields)
        {
            if (row.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object && value.TryGetProperty("id", out var id) && id.TryGetGuid(out var target))
            {
                values.Add(new ForeignValue(name, field.Reference!, target));
            }
        }

        return values;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => string.Empty,
        JsonValueKind.Object when value.TryGetProperty("id", out var id) => id.GetString() ?? string.Empty,
        _ => value.GetRawText(),
    };
}
