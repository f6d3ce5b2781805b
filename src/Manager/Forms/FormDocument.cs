using System.Text.Json.Nodes;

namespace Gateway.Manager.Forms;

/// <summary>An entity while it is being edited. What the form does not know stays as it is.</summary>
public sealed class FormDocument
{
    private readonly JsonObject _original;

    /// <summary>Starts from an entity, or from nothing but what the page already knows.</summary>
    /// <param name="original">What the Admin API has; empty for a new one.</param>
    /// <param name="preset">Fields that are filled in beforehand.</param>
    public FormDocument(JsonObject original, JsonObject? preset = null)
    {
        _original = original;
        Current = (JsonObject)original.DeepClone();
        foreach (var (name, value) in preset ?? [])
        {
            Current[name] = value?.DeepClone();
        }
    }

    /// <summary>The entity as it would be.</summary>
    public JsonObject Current { get; private set; }

    /// <summary>Whether anything differs.</summary>
    public bool IsChanged => Changes().Count > 0;

    /// <summary>Sets a field; null empties it.</summary>
    public void Set(string name, JsonNode? value) => Current[name] = value?.DeepClone();

    /// <summary>Replaces the whole, as the code view does.</summary>
    public void Replace(JsonObject entity) => Current = (JsonObject)entity.DeepClone();

    /// <summary>The fields that differ: the body of a PATCH, or of a POST when there was nothing.</summary>
    public JsonObject Changes()
    {
        var changes = new JsonObject();
        foreach (var (name, value) in Current)
        {
            if (!JsonNode.DeepEquals(Plain(value), Plain(_original[name])))
            {
                changes[name] = value?.DeepClone();
            }
        }

        foreach (var (name, value) in _original)
        {
            if (value is not null && !Current.ContainsKey(name))
            {
                changes[name] = null;
            }
        }

        return changes;
    }

    /// <summary>A body for a new entity: what was left empty is not mentioned, so that its default applies.</summary>
    public static JsonObject WithoutNulls(JsonObject body) => new(body.Where(part => part.Value is not null)
        .Select(part => KeyValuePair.Create(part.Key, part.Value is JsonObject record ? WithoutNulls(record) : part.Value?.DeepClone())));

    // An untouched list that was opened and emptied again is no change.
    private static JsonNode? Plain(JsonNode? value) => value is JsonArray { Count: 0 } or JsonObject { Count: 0 } ? null : value;
}
