using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>Lists errors per entity, nested ones beside those around them, each with the entity as it was written.</summary>
internal sealed class ErrorFlattener
{
    private const string Whole = "@entity";
    private readonly JsonArray _flattened = [];

    private readonly EntityRelations _relations;

    private ErrorFlattener(EntityRelations relations) => _relations = relations;

    /// <summary>Takes the errors out of a tree.</summary>
    /// <param name="document">The document; nested entities are taken out of it.</param>
    /// <param name="errors">The tree; what belongs to no entity stays.</param>
    /// <param name="relations">Which entities refer to which.</param>
    public static JsonArray Flatten(JsonObject document, JsonObject errors, EntityRelations relations)
    {
        var flattener = new ErrorFlattener(relations);
        foreach (var (collection, section) in errors.OrderByDescending(e => e.Key, StringComparer.Ordinal).ToArray())
        {
            if (section is not (JsonArray or JsonObject) || document[collection] is not JsonArray entities)
            {
                continue;
            }

            errors.Remove(collection);
            if (section is JsonArray list)
            {
                for (var i = list.Count - 1; i >= 0; i--)
                {
                    flattener.Add(collection, i < entities.Count ? entities[i] as JsonObject : null, list[i]);
                }
            }
        }

        return flattener._flattened;
    }

    private void Add(string kind, JsonObject? entity, JsonNode? error)
    {
        var errors = error switch
        {
            JsonObject tree => (JsonObject)tree.DeepClone(),
            JsonValue message => new JsonObject { [Whole] = message.DeepClone() },
            _ => null,
        };
        if (entity is null || errors is null or { Count: 0 })
        {
            return;
        }

        var key = Json.String(entity["id"]) is { } id && UuidRule.IsUuid(id) ? new JsonObject { ["id"] = id } : null;
        AddReferred(kind, entity, errors);
        AddNested(kind, entity, errors, key);
        var listed = new JsonArray();
        Categorize(errors, string.Empty, listed);
        if (listed.Count is 0)
        {
            return;
        }

        var shown = new JsonObject { ["errors"] = listed, ["entity_type"] = kind.EndsWith('s') ? kind[..^1] : kind };
        if (Json.String(entity["name"]) is { Length: > 0 } name)
        {
            shown["entity_name"] = name;
        }

        if (key is not null)
        {
            shown["entity_id"] = key["id"]!.DeepClone();
        }

        if (entity["tags"] is JsonArray tags && tags.All(t => Json.String(t) is not null))
        {
            shown["entity_tags"] = tags.DeepClone();
        }

        shown["entity"] = entity.DeepClone();
        _flattened.Add(shown);
    }

    /// <summary>A reference that is written as an object is an entity of its own here.</summary>
    private void AddReferred(string kind, JsonObject entity, JsonObject errors)
    {
        foreach (var (field, reference) in _relations.ReferencesOf(kind))
        {
            if (entity[field] is JsonObject referred)
            {
                errors.Remove(field, out var own);
                entity.Remove(field);
                Add(reference, referred, own);
                if (UuidRule.IsUuid(Json.String(referred["id"])))
                {
                    entity[field] = new JsonObject { ["id"] = referred["id"]!.DeepClone() };
                }
            }
        }
    }

    private void AddNested(string kind, JsonObject entity, JsonObject errors, JsonObject? key)
    {
        foreach (var (childKind, field) in _relations.ChildrenOf(kind))
        {
            if (entity[childKind] is not JsonArray nested)
            {
                continue;
            }

            entity.Remove(childKind);
            errors.Remove(childKind, out var own);
            for (var i = 0; own is JsonArray list && i < nested.Count; i++)
            {
                if (nested[i] is JsonObject child && key is not null && !child.ContainsKey(field))
                {
                    child[field] = key.DeepClone();
                }

                Add(childKind, nested[i] as JsonObject, i < list.Count ? list[i] : null);
            }
        }
    }

    private static void Categorize(JsonNode errors, string path, JsonArray listed)
    {
        var parts = errors is JsonArray list
            ? list.Select((e, i) => (Name: (i + 1).ToString(CultureInfo.InvariantCulture), Error: e)).Reverse()
            : ((JsonObject)errors).OrderByDescending(e => e.Key, StringComparer.Ordinal).Select(e => (Name: e.Key, Error: e.Value));
        foreach (var (name, error) in parts)
        {
            switch (error)
            {
                case null:
                    break;
                case var _ when name is Whole:
                    foreach (var message in error is JsonArray messages ? messages.ToArray() : [error])
                    {
                        listed.Add(new JsonObject { ["type"] = "entity", ["message"] = message?.DeepClone() });
                    }

                    break;
                case JsonValue:
                    listed.Add(new JsonObject { ["type"] = "field", ["field"] = path + name, ["message"] = error.DeepClone() });
                    break;
                default:
                    Categorize(error, $"{path}{name}.", listed);
                    break;
            }
        }
    }
}
