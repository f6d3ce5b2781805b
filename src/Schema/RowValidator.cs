using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>Judges a filled row: types, rules, required values, and the checks between fields, at every depth.</summary>
internal static class RowValidator
{
    private static readonly Rule _nonEmpty = new LengthRule(LengthKind.AtLeast, 1);

    // Which rules a field has is asked for every value of a configuration.
    private static readonly ConditionalWeakTable<FieldSchema, JudgedRules> _rules = [];

    /// <summary>Judges the fields that are there, each for itself.</summary>
    public static void ValidateSent(RecordShape shape, JsonObject row, Violations violations)
    {
        foreach (var (name, value) in row)
        {
            if (shape.Field(name) is not { } field)
            {
                violations.Add(name, Messages.Unknown);
            }
            else if (Judge(field, value, Judging.Sent) is { } error)
            {
                violations.Add(name, error);
            }
        }
    }

    public static void Validate(RecordShape shape, JsonObject row, Violations violations, Judging judging)
    {
        foreach (var (name, _) in row)
        {
            if (shape.Field(name) is null)
            {
                violations.Add(name, Messages.Unknown);
            }
        }

        foreach (var (name, field) in shape.Fields)
        {
            if (Judge(field, row[name], judging) is { } error)
            {
                violations.Add(name, error);
            }
        }

        var context = new CheckContext(row, violations, judging.Updating);
        foreach (var check in shape.Checks)
        {
            check.Judge(context);
        }
    }

    /// <summary>What is wrong with a shorthand's value, or null.</summary>
    public static string? ShorthandError(FieldSchema field, JsonNode value) => Judge(field, value, Judging.Whole) is { } error ? Json.Text(error) : null;

    /// <summary>What is wrong with the kind of a value, or null.</summary>
    public static string? TypeError(FieldSchema field, JsonNode value)
    {
        var kind = value.GetValueKind();
        var fits = field.Type switch
        {
            FieldType.String => kind is JsonValueKind.String,
            FieldType.Integer => kind is JsonValueKind.Number && Json.Number(value) is var n && n == Math.Floor(n),
            FieldType.Number => kind is JsonValueKind.Number,
            FieldType.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
            FieldType.Array or FieldType.Set => kind is JsonValueKind.Array,
            FieldType.Map or FieldType.Record => kind is JsonValueKind.Object,
            _ => true,
        };
        return fits ? null : Messages.Expected(field.Type);
    }

    private static JsonNode? Judge(FieldSchema field, JsonNode? value, Judging judging, bool isElement = false)
    {
        if (value is null)
        {
            return field.Required is true || isElement ? Messages.Required : null;
        }

        if (field.Abstract)
        {
            return null;
        }

        var rules = _rules.GetValue(field, static f => new JudgedRules(f));
        if (FirstBroken(rules.First, value) is { } unequal)
        {
            return field.Error ?? unequal;
        }

        // Lua cannot tell a list from an object: its places are names that no record has, and that are no texts.
        if (value is JsonArray { Count: > 0 } places && field.Type is FieldType.Record or FieldType.Map && field.Record is not { Fields.Count: 0 })
        {
            return field.Type is FieldType.Record ? new JsonArray([.. places.Select(_ => JsonValue.Create(Messages.Unknown))]) : Messages.Expected(field.Keys?.Type ?? FieldType.String);
        }

        if (field.Type is not FieldType.Foreign && TypeError(field, value) is { } wrongType)
        {
            return field.Error ?? wrongType;
        }

        if (Inside(field, value, judging) is { } inner)
        {
            return inner;
        }

        if (field.Type is FieldType.String)
        {
            var text = Json.String(value)!;
            if (field.Referenceable && text.StartsWith("{vault://", StringComparison.Ordinal) && text.EndsWith('}'))
            {
                return null;
            }
        }

        return FirstBroken(rules.Then, value) is { } message ? field.Error ?? message : null;
    }

    private static string? FirstBroken(Rule[] rules, JsonNode value)
    {
        foreach (var rule in rules)
        {
            if (rule.Judge(value) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>The rules of a field: those that are judged before its type, and those after.</summary>
    private sealed class JudgedRules(FieldSchema field)
    {
        public Rule[] First { get; } = [.. field.Rules.Where(IsFirst)];

        public Rule[] Then { get; } = [.. WithImplied(field).Where(r => !IsFirst(r))];

        private static bool IsFirst(Rule rule) => rule is EqualRule or NotEqualRule;

        /// <summary>A text that says nothing of its length must not be empty; that is judged in its place among the other rules.</summary>
        private static IEnumerable<Rule> WithImplied(FieldSchema field) =>
            field.Type is not FieldType.String || field.Rules.Any(r => r is LengthRule { Kind: LengthKind.AtLeast })
                ? field.Rules
                : field.Rules.Append(_nonEmpty).OrderBy(r => r.Order);
    }

    private static JsonNode? Inside(FieldSchema field, JsonNode value, Judging judging) => field.Type switch
    {
        FieldType.Foreign => Reference(field, value, judging),
        FieldType.Array or FieldType.Set when field.Elements is { } elements => Elements(elements, (JsonArray)value, judging),
        FieldType.Map => Map(field, (JsonObject)value, judging),
        FieldType.Record when field.Record is { } record => Record(record, (JsonObject)value, judging),
        _ => null,
    };

    /// <summary>A reference that has no valid id is judged as a part of what it refers to: a field that is wrong says more than an id that is missing.</summary>
    private static JsonObject? Reference(FieldSchema field, JsonNode value, Judging judging)
    {
        var reference = value as JsonObject ?? (value is JsonArray { Count: 0 } ? [] : null);
        JsonNode? id = null;
        var isThere = reference?.TryGetPropertyValue("id", out id) is true;
        var error = !isThere ? Messages.MissingPrimaryKey
            : id is null ? Messages.Required
            : Json.String(id) is not { } text ? Messages.Expected(FieldType.String)
            : UuidRule.IsUuid(text) ? null
            : "expected a valid UUID";
        if (error is null)
        {
            return null;
        }

        var part = reference is null ? null : field.Reference is { } name && judging.Entities?.Invoke(name) is { } schema ? SchemaParser.JudgePart(schema, reference) : null;
        return part is { IsEmpty: false } ? (JsonObject)part.Fields.DeepClone() : new JsonObject { ["id"] = error };
    }

    private static JsonArray? Elements(FieldSchema schema, JsonArray list, Judging judging)
    {
        var errors = list.Select(e => Judge(schema, e, judging, isElement: true)).ToList();
        var last = errors.FindLastIndex(e => e is not null);
        return last < 0 ? null : new JsonArray([.. errors.Take(last + 1)]);
    }

    private static JsonNode? Map(FieldSchema field, JsonObject map, Judging judging)
    {
        foreach (var (key, value) in map)
        {
            if (field.Keys is { } keys && Judge(keys, JsonValue.Create(key), judging, isElement: true) is { } badKey)
            {
                return badKey;
            }

            if (field.Values is { } values && Judge(values, value, judging, isElement: true) is { } badValue)
            {
                return badValue;
            }
        }

        return null;
    }

    private static JsonNode? Record(RecordSchema schema, JsonObject record, Judging judging)
    {
        // A record without declared fields, such as a workspace's meta, takes anything.
        if (schema.Fields.Count is 0 && schema.Judge is null)
        {
            return null;
        }

        var violations = new Violations();
        Validate(RecordShape.Of(schema), record, violations, judging);
        return !violations.IsEmpty ? violations.Fields : schema.Judge?.Invoke(record) is { } message ? JsonValue.Create(message) : null;
    }
}

/// <summary>How a row is judged.</summary>
/// <param name="Updating">Whether it is one that changes.</param>
/// <param name="Entities">Finds the schema of an entity that a reference names, or null.</param>
internal readonly record struct Judging(bool Updating, Func<string, EntitySchema?>? Entities = null)
{
    public static Judging Whole { get; } = new(false);

    public static Judging Sent { get; } = new(true);
}
