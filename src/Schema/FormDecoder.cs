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
        var tree = Tree(fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value)));
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
            case FieldType.Foreign when value is JsonObject reference:
                return new JsonObject(reference.Select(p => KeyValuePair.Create(p.Key, Json.String(p.Value) is "" ? null : p.Value?.DeepClone())));
        }

        if (Json.String(value) is not { } text)
        {
            return value?.DeepClone();
        }

        return field.Type switch
        {
            _ when text.Length is 0 => null,
            FieldType.Integer or FieldType.Number when TryNumber(text, out var number) => Json.FromDouble(number),
            FieldType.Boolean when text is "true" => JsonValue.Create(true),
            FieldType.Boolean when text is "false" => JsonValue.Create(false),
            _ => JsonValue.Create(text),
        };
    }

    /// <summary>Reads a number as Lua does: spaces around it and hexadecimal digits are fine, words are not.</summary>
    /// <param name="text">The text.</param>
    /// <param name="number">The number.</param>
    public static bool TryNumber(string text, out double number)
    {
        var digits = text.AsSpan().Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var whole))
        {
            number = whole;
            return true;
        }

        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    /// <summary>The document that the names of fields describe, all values being texts still.</summary>
    /// <param name="fields">The names and their values.</param>
    public static JsonObject Tree(IEnumerable<KeyValuePair<string, JsonNode?>> fields)
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

    /// <summary>Takes a key apart: <c>a.b[c][]</c> is a, b, c and the empty index that appends. Dots between brackets are part of a name.</summary>
    private static IEnumerable<Step> Steps(string key)
    {
        var tokens = Tokens(key).ToList();
        for (var t = 0; t < tokens.Count; t++)
        {
            var token = tokens[t];
            var bracket = token.Length > 1 ? token.IndexOf('[', 1) : -1;
            if (bracket < 0 || !token.EndsWith(']'))
            {
                yield return new Step(token, false);
                continue;
            }

            yield return new Step(token[..bracket], false);
            var keys = token[(bracket + 1)..^1].Split("][");
            for (var k = 0; k < keys.Length; k++)
            {
                // What appends can only stand at the end: before another bracket it is the first place, before a dot it says nothing.
                var isLast = k == keys.Length - 1;
                if (keys[k].Length is 0 && isLast && t < tokens.Count - 1)
                {
                    continue;
                }

                yield return keys[k].Length is 0 ? new Step(isLast ? string.Empty : "1", true) : new Step(keys[k], TryNumber(keys[k], out _));
            }
        }
    }

    private static IEnumerable<string> Tokens(string key)
    {
        var (start, depth, last) = (0, 0, key.LastIndexOf(']'));
        for (var i = 0; i <= key.Length; i++)
        {
            if (i == key.Length || (key[i] is '.' && depth is 0))
            {
                if (i > start)
                {
                    yield return key[start..i];
                }

                start = i + 1;
            }
            else if (key[i] is '[' && i < last)
            {
                depth = 1;
            }
            else if (key[i] is ']')
            {
                depth = 0;
            }
        }
    }

    private static string Unescape(string text)
    {
        var spaced = text.Replace('+', ' ');
        return Uri.UnescapeDataString(spaced);
    }

    /// <summary>One name of a key, or an index between brackets; an empty index appends.</summary>
    private readonly record struct Step(string Name, bool IsIndex);

    private sealed class Branch
    {
        private readonly List<(Step Step, Branch Branch)> _children = [];

        public List<JsonNode?> Values { get; } = [];

        public Branch Child(Step step)
        {
            var existing = step.Name.Length is 0 ? null : _children.Find(c => c.Step == step).Branch;
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
                return Values.Count is 1 ? Values[0]?.DeepClone() : new JsonArray([.. Values.Select(v => v?.DeepClone())]);
            }

            return _children.All(c => c.Step.IsIndex) ? List() : new JsonObject(_children.Select(c => KeyValuePair.Create(c.Step.Name, c.Branch.ToNode())).DistinctBy(p => p.Key));
        }

        /// <summary>A list, when the places are counted from 1 without holes; something else that no list is otherwise.</summary>
        private JsonNode List()
        {
            var places = new SortedDictionary<double, JsonNode?>();
            foreach (var (step, branch) in _children)
            {
                var place = step.Name.Length is 0 || !TryNumber(step.Name, out var number) ? (places.Count > 0 ? Math.Floor(places.Keys.Last()) : 0) + 1 : number;
                places[place] = branch.ToNode();
            }

            return places.Keys.Select((place, i) => place == i + 1).All(fits => fits)
                ? new JsonArray([.. places.Values])
                : new JsonObject(places.Select(p => KeyValuePair.Create(p.Key.ToString(CultureInfo.InvariantCulture), p.Value)));
        }
    }
}
