using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>Shows a schema as <c>GET /schemas</c> does.</summary>
public static class SchemaRenderer
{
    /// <summary>A record's fields and checks, as the whole answer of <c>/schemas/{name}</c>.</summary>
    /// <param name="schema">The schema.</param>
    public static JsonObject Record(RecordSchema schema)
    {
        var shown = new JsonObject { ["entity_checks"] = Checks(schema), ["fields"] = Fields(schema.Fields) };
        if (schema.Shorthands.Any(s => s.ReplacedWith is not null))
        {
            shown["shorthand_fields"] = Shorthands(schema);
        }

        return shown;
    }

    /// <summary>One field's definition.</summary>
    /// <param name="field">The field.</param>
    public static JsonObject Field(FieldSchema field)
    {
        var shown = new JsonObject { ["type"] = Wire.Name(field.Type.ToString()) };
        if (field.Description is not null)
        {
            shown["description"] = field.Description;
        }

        Set(shown, "required", field.Required);
        Set(shown, "abstract", field.Abstract ? true : null);
        Set(shown, "auto", field.Auto ? true : null);
        if (field.HasDefault)
        {
            shown["default"] = field.Default?.DeepClone();
        }

        if (field.Reference is not null)
        {
            shown["reference"] = field.Reference;
            if (field.OnDelete is DeleteAction.Cascade)
            {
                shown["on_delete"] = "cascade";
            }
        }

        if (field.Error is not null)
        {
            shown["err"] = field.Error;
        }

        foreach (var rule in field.Rules.Where(r => r.Key is not null))
        {
            shown[rule.Key!] = rule.Show();
        }

        Set(shown, "unique", field.Unique);
        Set(shown, "unique_across_ws", field.UniqueAcrossWorkspaces ? true : null);
        Set(shown, "referenceable", field.Referenceable ? true : null);
        Set(shown, "encrypted", field.Encrypted ? true : null);
        Set(shown, "transient", field.Transient ? true : null);
        if (field.Elements is not null)
        {
            shown["elements"] = Field(field.Elements);
        }

        if (field.Keys is not null)
        {
            shown["keys"] = Field(field.Keys);
        }

        if (field.Values is not null)
        {
            shown["values"] = Field(field.Values);
        }

        // What an abstract record holds, the subschema says.
        if (field.Record is { } record && !field.Abstract)
        {
            shown["fields"] = Fields(record.Fields);
            if (record.Checks.Count > 0)
            {
                shown["entity_checks"] = Checks(record);
            }

            if (record.Shorthands.Count > 0)
            {
                shown["shorthand_fields"] = Shorthands(record);
            }
        }

        foreach (var (key, value) in field.Extra ?? [])
        {
            shown[key] = value?.DeepClone();
        }

        return shown;
    }

    private static JsonArray Fields(IEnumerable<NamedField> fields) => new([.. fields.Where(f => !f.Schema.Extension).Select(f => (JsonNode?)new JsonObject { [f.Name] = Field(f.Schema) })]);

    private static JsonArray Checks(RecordSchema schema) => new([.. schema.Checks.Select(c => (JsonNode?)c.Show())]);

    private static JsonArray Shorthands(RecordSchema schema) => new([.. schema.Shorthands.Select(s => (JsonNode?)new JsonObject { [s.Name] = Shorthand(s) })]);

    private static JsonObject Shorthand(Shorthand shorthand)
    {
        var shown = Field(shorthand.Schema);
        if (shorthand.DeprecationMessage is not null)
        {
            var deprecation = new JsonObject { ["message"] = shorthand.DeprecationMessage, ["removal_in_version"] = shorthand.RemovalInVersion };
            if (shorthand.ReplacedWith is not null)
            {
                var path = new JsonArray([.. shorthand.ReplacedWith.Select(p => (JsonNode?)JsonValue.Create(p))]);
                deprecation["replaced_with"] = new JsonArray(new JsonObject { ["path"] = path });
            }

            shown["deprecation"] = deprecation;
        }

        return shown;
    }

    private static void Set(JsonObject shown, string key, bool? value)
    {
        if (value is { } known)
        {
            shown[key] = known;
        }
    }
}
