using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>Turns form fields into a document: the keys say where a value belongs, the schema says of what kind it is.</summary>
public static class FormDecoder
{
    /// <summary>Splits an <c>application/x-www-form-urlencoded</c> body; a name without <c>=</c> stands for true, broken escapes stay as they are.</summary>
    /// <param name="body">The body.</param>
    public static IEnumerable<KeyValuePair<string, JsonNode>> Split(string body)
    {
        foreach (var pair in body.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0
                ? new(Unescape(pair), JsonValue.Create(true))
                : new(Unescape(pair[..equals]), JsonValue.Create(Unescape(pair[(equals + 1)..]))!);
        }
    }

    /// <summary>Builds the document that the fields describe.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="fields">The names, such as <c>config.minute</c>, <c>paths[]</c>, <c>hosts[1]</c> or <c>headers[x-a]</c>, and their values.</param>
    /// <param name="current">The row that is being changed, from which the variant is taken when the fields do not name it.</param>
    public static JsonObject Decode(EntitySchema schema, IEnumerable<KeyValuePair<string, JsonNode>> fields, JsonObject? current = null)
    {
        var tree = Tree(fields);
        var typed = new JsonObject();
        foreach (var (name, value) in tree.ToArray().Where(f => f.Key == schema.SubschemaKey))
        {
            typed[name] = Infer(schema.Field(name)!, value);
        }

        var subschema = schema.SubschemaKey is null ? null
            : SchemaParser.SubschemaOf(schema, typed.Count > 0 ? typed : current ?? new JsonObject { [schema.SubschemaKey] = schema.Field(schema.SubschemaKey)!.Default?.DeepClone() });
        var shape = RecordShape.Of(schema, subschema);
        return Infer(shape, tree);
    }

    private static JsonObject Infer(RecordShape shape, JsonObject tree)
    {
        var typed = new JsonObject();
        foreach (var (name, value) in tree)
        {
            var field = shape.Field(name) ?? shape.Shorthands.FirstOrDefault(s => s.Name == name)?.Schema;
            typed[name] = field is null ? value?.DeepClone() : Infer(field, value);
        }

        return typed;
    }

    private static JsonNode? Infer(FieldSchema field, JsonNode? value)
    {
        switch (field.Type)
        {
            case FieldType.Array or FieldType.Set when value is not JsonObject:
                var list = value is JsonArray many ? many.ToArray() : Json.String(value) is "" ? [] : [value];
                return Json.String(value) is "" ? null : new JsonArray([.. list.Select(e => Infer(field.Elements!, e))]);
            case FieldType.Record when value is JsonObject record && field.Record is { } schema:
                return Infer(RecordShape.Of(schema), record);
            case FieldType.Map when value is JsonObject map:
                return new JsonObject(map.Select(p => KeyValuePair.Create(p.Key, Infer(field.Values!, p.Value))));
            case FieldType.Foreign when value is JsonObject reference && reference.All(p => Json.String(p.Value) is ""):
                return null;
        }

        if (Json.String(value) is not { } text)
        {
            return value?.DeepClone();
        }

        return field.Type switch
        {
            _ when text.Length is 0 => null,
            FieldType.Integer or FieldType.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => Json.FromDouble(number),
            FieldType.Boolean when text is "true" => JsonValue.Create(true),
            FieldType.Boolean when text is "false" => JsonValue.Create(false),
            _ => JsonValue.Create(text),
        };
    }

    private static JsonObject Tree(IEnumerable<KeyValuePair<string, JsonNode>> fields)
    {
        var root = new Branch();
        foreach (var (key, value) in fields)
        {
            var branch = root;
            foreach (var step in Steps(key))
            {
                branch = branch.Child(step);
            }

            branch.Values.Add(value);
        }

        return root.ToNode() as JsonObject ?? [];
    }

    /// <summary>Takes a key apart: <c>a.b[c][]</c> is a, b, c and the empty step that appends.</summary>
    private static IEnumerable<string> Steps(string key)
    {
        foreach (var part in key.Split('.'))
        {
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            if (bracket < 0 || !part.EndsWith(']'))
            {
                yield return part;
                continue;
            }

            if (bracket > 0)
            {
                yield return part[..bracket];
            }

            foreach (var index in part[(bracket + 1)..^1].Split("]["))
            {
                yield return index;
            }
        }
    }

    private static string Unescape(string text)
    {
        var spaced = text.Replace('+', ' ');
        return Uri.UnescapeDataString(spaced);
    }

    private sealed class Branch
    {
        private readonly List<(string Name, Branch Branch)> _children = [];

        public List<JsonNode> Values { get; } = [];

        public Branch Child(string step)
        {
            var existing = step.Length is 0 ? null : _children.Find(c => c.Name == step).Branch;
            if (existing is null)
            {
                _children.Add((step, existing = new Branch()));
            }

            return existing;
        }

        public JsonNode? ToNode()
        {
            if (_children.Count is 0)
            {
                return Values.Count is 1 ? Values[0].DeepClone() : new JsonArray([.. Values.Select(v => v.DeepClone())]);
            }

            if (_children.All(c => c.Name.Length is 0 || int.TryParse(c.Name, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            {
                return new JsonArray([.. _children.OrderBy(c => c.Name.Length is 0 ? int.MaxValue : int.Parse(c.Name, CultureInfo.InvariantCulture))
                    .Select(c => c.Branch.ToNode())]);
            }

            return new JsonObject(_children.Select(c => KeyValuePair.Create(c.Name, c.Branch.ToNode())));
        }
    }
}
