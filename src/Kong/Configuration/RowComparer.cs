using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Compares two rows of a kind field by field, as the gateway understands them.</summary>
internal static class RowComparer
{
    /// <summary>The fields in which the wanted row differs. A field that the gateway does not show is as its default says.</summary>
    public static IReadOnlyList<FieldDifference> Compare(EntitySchema kind, JsonObject current, JsonObject wanted)
    {
        var differences = new List<FieldDifference>();
        var variant = StateKinds.VariantOf(kind, wanted);
        foreach (var (field, declared) in kind.Fields.Where(f => !f.Schema.Transient && !StateKinds.IsBookkeeping(f.Name)))
        {
            Compare(field, variant?.Field(field) ?? declared, current[field], current.ContainsKey(field), wanted[field], differences);
        }

        for (var i = 0; i < differences.Count; i++)
        {
            differences[i] = differences[i] with { IsSecret = differences[i].IsSecret || StateKinds.IsSecret(kind, differences[i].Path) };
        }

        // A password is kept as its hash, so the wanted one is compared as it would be kept.
        foreach (var transformation in kind.Transformations)
        {
            if (differences.FindIndex(d => d.Path == transformation.Field) is >= 0 and var at && Json.Same(current[transformation.Field], transformation.Keep(wanted)))
            {
                differences.RemoveAt(at);
            }
        }

        return differences;
    }

    private static void Compare(string path, FieldSchema schema, JsonNode? current, bool isShown, JsonNode? wanted, List<FieldDifference> differences)
    {
        if (schema.Record is { Fields.Count: > 0 } record && (current ?? wanted) is JsonObject && current is null or JsonObject && wanted is null or JsonObject)
        {
            var (old, fresh) = (current as JsonObject, wanted as JsonObject);
            if (old is not null && fresh is not null)
            {
                foreach (var (field, inner) in record.Fields)
                {
                    Compare($"{path}.{field}", inner, old[field], old.ContainsKey(field), fresh[field], differences);
                }

                return;
            }
        }

        var now = isShown ? current : schema.HasDefault ? schema.Default : null;
        if (!Same(schema, now, wanted))
        {
            differences.Add(new FieldDifference(path, current, wanted, schema.Encrypted || schema.Elements?.Encrypted is true));
        }
    }

    private static bool Same(FieldSchema schema, JsonNode? one, JsonNode? other) =>
        // Lua cannot tell an empty list from an empty object.
        IsEmpty(one) && IsEmpty(other) ? true
        : schema.Type is FieldType.Set && one is JsonArray a && other is JsonArray b ? a.Count == b.Count && a.All(x => b.Any(y => Json.Same(x, y)))
        : SameValue(one, other);

    /// <summary>Whether two values are the same, a member that is null being no member.</summary>
    private static bool SameValue(JsonNode? one, JsonNode? other) => (one, other) switch
    {
        (JsonObject a, JsonObject b) => a.Select(p => p.Key).Union(b.Select(p => p.Key)).All(k => SameValue(a[k], b[k])),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(p => SameValue(p.First, p.Second)),
        _ => Json.Same(one, other),
    };

    private static bool IsEmpty(JsonNode? node) => node is JsonObject { Count: 0 } or JsonArray { Count: 0 };
}
