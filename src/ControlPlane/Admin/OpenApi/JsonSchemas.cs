using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Admin.OpenApi;

/// <summary>Says declared schemas in JSON Schema 2020-12, the language of OpenAPI 3.1.</summary>
internal static class JsonSchemas
{
    /// <summary>A record as it is read: every field is there.</summary>
    public static JsonObject Read(RecordSchema schema) => Record(schema, Use.Read);

    /// <summary>A record as it is written whole: what has no default must be sent.</summary>
    public static JsonObject Write(RecordSchema schema) => Record(schema, Use.Write);

    /// <summary>A record as a part of it is written: nothing must be sent.</summary>
    public static JsonObject Patch(RecordSchema schema) => Record(schema, Use.Patch);

    private enum Use
    {
        Read,
        Write,
        Patch,
    }

    private static JsonObject Record(RecordSchema schema, Use use)
    {
        var properties = new JsonObject();
        foreach (var (name, field) in schema.Fields.Select(f => (f.Name, f.Schema)))
        {
            properties[name] = Field(field, use);
        }

        if (use is not Use.Read)
        {
            foreach (var shorthand in schema.Shorthands.Where(s => !properties.ContainsKey(s.Name)))
            {
                var shown = Field(shorthand.Schema, use);
                if (shorthand.DeprecationMessage is { } deprecated)
                {
                    shown["deprecated"] = true;
                    shown["description"] = deprecated;
                }

                properties[shorthand.Name] = shown;
            }
        }

        var required = schema.Fields.Where(f => MustBeThere(f.Schema, use) && !schema.Shorthands.Any(s => use is Use.Write && s.ReplacedWith is null && f.Schema.Type is FieldType.String)).Select(f => (JsonNode?)f.Name).ToArray();
        var shape = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Length > 0)
        {
            shape["required"] = new JsonArray(required);
        }

        return shape;
    }

    private static bool MustBeThere(FieldSchema field, Use use) => use switch
    {
        Use.Read => field.Required is true && !field.Extension && !field.Transient,
        Use.Write => field.Required is true && !field.HasDefault && !field.Auto && field.Type is not FieldType.Record,
        _ => false,
    };

    private static JsonObject Field(FieldSchema field, Use use)
    {
        var shape = field.Type switch
        {
            FieldType.String => new JsonObject { ["type"] = "string" },
            FieldType.Integer => new JsonObject { ["type"] = "integer" },
            FieldType.Number => new JsonObject { ["type"] = "number" },
            FieldType.Boolean => new JsonObject { ["type"] = "boolean" },
            FieldType.Array => new JsonObject { ["type"] = "array", ["items"] = Element(field.Elements, use) },
            FieldType.Set => new JsonObject { ["type"] = "array", ["items"] = Element(field.Elements, use), ["uniqueItems"] = true },
            FieldType.Map => Map(field, use),
            FieldType.Record when field.Record is { } record && !field.Abstract => Record(record, use),
            FieldType.Record => new JsonObject { ["type"] = "object" },
            FieldType.Foreign => Foreign(field, use),
            _ => [],
        };
        foreach (var rule in field.Rules.Where(r => r.Key is not null))
        {
            Add(shape, rule.Key!, rule.Show());
        }

        AddNotes(shape, field);
        if (field.Required is not true && !field.Auto)
        {
            AllowNull(shape);
        }

        return shape;
    }

    private static JsonObject Element(FieldSchema? element, Use use) => element is null ? [] : Field(element with { Required = true }, use);

    private static JsonObject Map(FieldSchema field, Use use)
    {
        var shape = new JsonObject { ["type"] = "object", ["additionalProperties"] = Element(field.Values, use) };
        if (field.Keys is { } keys)
        {
            shape["propertyNames"] = Element(keys, use);
        }

        return shape;
    }

    private static JsonObject Foreign(FieldSchema field, Use use)
    {
        var shape = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["id"] = new JsonObject { ["type"] = "string", ["format"] = "uuid" } },
            ["description"] = $"One of {field.Reference}" + (use is Use.Read ? "" : ", by its id or by another field that is unique"),
        };
        if (use is Use.Read)
        {
            shape["required"] = new JsonArray("id");
        }

        return shape;
    }

    private static void AddNotes(JsonObject shape, FieldSchema field)
    {
        if (field.Description is { } description)
        {
            shape["description"] = description;
        }

        if (field.HasDefault)
        {
            shape["default"] = field.Default?.DeepClone();
        }

        if (field.Referenceable)
        {
            shape["x-referenceable"] = true;
        }

        if (field.Encrypted)
        {
            shape["x-encrypted"] = true;
        }

        if (field.Unique is true)
        {
            shape["x-unique"] = true;
        }
    }

    private static void Add(JsonObject shape, string key, JsonNode? value)
    {
        switch (key)
        {
            case "one_of":
                shape["enum"] = value!.DeepClone();
                break;
            case "between":
                (shape["minimum"], shape["maximum"]) = (value![0]!.DeepClone(), value[1]!.DeepClone());
                break;
            case "gt":
                shape["exclusiveMinimum"] = value!.DeepClone();
                break;
            case "len_min" or "len_max" or "len_eq":
                AddLength(shape, key, value!);
                break;
            case "starts_with":
                shape["pattern"] = "^" + System.Text.RegularExpressions.Regex.Escape(Json.String(value)!);
                break;
            case "uuid":
                shape["format"] = "uuid";
                break;
            case "timestamp":
                shape["description"] = "A time in seconds since 1970";
                break;
            case "is_regex":
                shape["format"] = "regex";
                break;
            case "eq" when value is null:
                // The scope that a plugin cannot have.
                shape["enum"] = new JsonArray((JsonNode?)null);
                break;
            case "eq":
                shape["const"] = value.DeepClone();
                break;
            default:
                // Patterns of Lua and rules between elements have no word here.
                shape["x-" + key.Replace('_', '-')] = value?.DeepClone();
                break;
        }
    }

    private static void AddLength(JsonObject shape, string key, JsonNode value)
    {
        var what = (string?)shape["type"] switch { "array" => "Items", "object" => "Properties", _ => "Length" };
        foreach (var end in key switch { "len_min" => new[] { "min" }, "len_max" => ["max"], _ => ["min", "max"] })
        {
            shape[end + what] = value.DeepClone();
        }
    }

    private static void AllowNull(JsonObject shape)
    {
        if (shape["type"] is JsonValue type)
        {
            shape["type"] = new JsonArray(type.DeepClone(), "null");
        }

        if (shape["enum"] is JsonArray values && !values.Any(v => v is null))
        {
            values.Add((JsonNode?)null);
        }
    }
}
