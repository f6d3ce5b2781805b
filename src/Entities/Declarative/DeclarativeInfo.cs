using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>What a document says for all its entities (<c>_info</c>): tags that each gets, and values for fields that one leaves out.</summary>
internal sealed class DeclarativeInfo
{
    private readonly string[] _tags = [];
    private readonly JsonObject _defaults = [];

    private DeclarativeInfo(string[] tags, JsonObject defaults)
    {
        _tags = tags;
        _defaults = defaults;
    }

    /// <summary>Reads the document's <c>_info</c>.</summary>
    /// <param name="info">The value; null for none.</param>
    /// <param name="error">What is wrong with it: a message or a tree.</param>
    public static DeclarativeInfo Read(JsonNode? info, out JsonNode? error)
    {
        error = null;
        if (info is null)
        {
            return new([], []);
        }

        if (info is not JsonObject map)
        {
            error = Messages.Expected(FieldType.Record);
            return new([], []);
        }

        var errors = new JsonObject();
        foreach (var (name, value) in map.Where(p => p.Value is not null))
        {
            JsonNode? wrong = name switch
            {
                "select_tags" when value is not JsonArray => Messages.Expected(FieldType.Array),
                "select_tags" when ((JsonArray)value!).Any(t => Json.String(t) is null) => Messages.Expected(FieldType.String),
                "defaults" when value is not JsonObject => Messages.Expected(FieldType.Record),
                "select_tags" or "defaults" => null,
                _ => Messages.Unknown,
            };
            if (wrong is not null)
            {
                errors[name] = wrong;
            }
        }

        error = errors.Count is 0 ? null : errors;
        return error is null ? new([.. (map["select_tags"] as JsonArray ?? []).Select(t => Json.String(t)!)], map["defaults"] as JsonObject ?? []) : new([], []);
    }

    /// <summary>Lays tags and defaults under an entity; defaults go by the singular of the collection's name.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="input">The entity, which is changed.</param>
    public void Apply(EntitySchema schema, JsonObject input)
    {
        if (_defaults[schema.Name.TrimEnd('s')] is JsonObject defaults)
        {
            LayUnder(input, defaults);
        }

        if (_tags.Length > 0 && schema.Field("tags") is not null && input["tags"] is null or JsonArray)
        {
            input["tags"] = new JsonArray([.. (input["tags"] as JsonArray ?? []).Select(Json.String).Union(_tags).Select(t => (JsonNode?)JsonValue.Create(t))]);
        }
    }

    private static void LayUnder(JsonObject target, JsonObject under)
    {
        foreach (var (name, value) in under)
        {
            if (target[name] is JsonObject inner && value is JsonObject defaults)
            {
                LayUnder(inner, defaults);
            }
            else if (!target.ContainsKey(name))
            {
                target[name] = value?.DeepClone();
            }
        }
    }
}
