using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>Turns a document into a complete row, or into every violation at once, in Kong's words and shape.</summary>
public static class SchemaParser
{
    /// <summary>Reads a document of an entity.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="input">The document; it is not changed, unless the options allow it.</param>
    /// <param name="options">How it is read.</param>
    public static ParseResult Parse(EntitySchema schema, JsonObject input, ParseOptions options)
    {
        var violations = new Violations();
        var document = options.MayChangeInput ? input : (JsonObject)input.DeepClone();
        var known = options.Mode is ParseMode.Update ? options.Current! : document;
        if (!TrySubschema(schema, document, known, options.Mode, violations, out var subschema))
        {
            return new ParseResult(null, violations);
        }

        var shape = RecordShape.Of(schema, subschema);
        var filler = new RowFiller(options, violations);
        var row = filler.Fill(shape, document, isEntity: true);
        if (!violations.IsEmpty)
        {
            // What a broken shorthand stands for is unknown, so nothing else is judged.
            return new ParseResult(null, violations);
        }

        if (options.Mode is ParseMode.Update)
        {
            row = filler.FillRecords(shape, RowFiller.Merge(shape, (JsonObject)options.Current!.DeepClone(), row));
        }

        RowValidator.Validate(shape, row, violations, new Judging(options.Mode is ParseMode.Update, options.Entities));
        if (options.Entities is not null)
        {
            foreach (var transformation in schema.Transformations)
            {
                transformation.Judge(row, input, options.Mode is ParseMode.Update ? options.Current : null, violations);
            }
        }

        return violations.IsEmpty ? new ParseResult(RowFiller.Complete(shape, row), null) : new ParseResult(null, violations);
    }

    /// <summary>Reads a part of a record: fields that are not sent are not missed, and checks between fields are not made.</summary>
    /// <param name="name">The record's name, for the violations.</param>
    /// <param name="schema">The record's schema.</param>
    /// <param name="input">The document; it is not changed.</param>
    public static ParseResult ParsePart(string name, RecordSchema schema, JsonObject input)
    {
        var violations = new Violations();
        var shape = RecordShape.Of(schema);
        var row = new RowFiller(new ParseOptions { Mode = ParseMode.Update, Current = [] }, violations).Fill(shape, (JsonObject)input.DeepClone());
        RowValidator.ValidateSent(shape, row, violations);
        if (violations.IsEmpty)
        {
            return new ParseResult(row, null);
        }

        var placed = new Violations();
        placed.Add(name, violations.Fields.DeepClone());
        return new ParseResult(null, placed);
    }

    /// <summary>Whether a field may hold a text.</summary>
    /// <param name="field">The field.</param>
    /// <param name="text">The text.</param>
    public static bool Accepts(FieldSchema field, string text) => RowValidator.ShorthandError(field, JsonValue.Create(text)) is null;

    /// <summary>What is wrong with the fields that a part of an entity has; those that it lacks are not missed.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="part">The part.</param>
    internal static Violations JudgePart(EntitySchema schema, JsonObject part)
    {
        var violations = new Violations();
        if (TrySubschema(schema, part, part, ParseMode.Update, violations, out var subschema))
        {
            RowValidator.ValidateSent(RecordShape.Of(schema, subschema), part, violations);
        }

        return violations;
    }

    /// <summary>The variant of an entity that a row belongs to, or null.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="row">The row.</param>
    public static Subschema? SubschemaOf(EntitySchema schema, JsonObject row) =>
        schema.SubschemaKey is { } key ? Keys(row[key]).Select(schema.Subschemas.GetValueOrDefault).FirstOrDefault(s => s is not null) : null;

    private static bool TrySubschema(EntitySchema schema, JsonObject document, JsonObject known, ParseMode mode, Violations violations, out Subschema? subschema)
    {
        subschema = null;
        if (schema.SubschemaKey is not { } key)
        {
            return true;
        }

        var field = schema.Field(key)!;
        var node = document.TryGetPropertyValue(key, out var sent) ? sent : mode is ParseMode.Update ? known[key] : field.Default;
        if (node is null)
        {
            violations.Add(key, Messages.Required);
            return false;
        }

        if (node is JsonValue && Json.String(node) is null)
        {
            violations.Add(key, RowValidator.TypeError(field, node) ?? Messages.Expected(field.Type));
            return false;
        }

        subschema = Keys(node).Select(schema.Subschemas.GetValueOrDefault).FirstOrDefault(s => s is not null);
        if (subschema is not null)
        {
            return true;
        }

        var value = node is JsonArray { Count: > 0 } list ? Json.Text(list[0]) : Json.String(node);
        violations.Add(key, value is not null && schema.SubschemaError is { } message
            ? string.Format(CultureInfo.InvariantCulture, message, value)
            : $"unknown type: {value ?? "nil"}");
        return false;
    }

    /// <summary>The words of which the first that names a variant chooses it: a text, or those of a list.</summary>
    private static IEnumerable<string> Keys(JsonNode? node) => (node is JsonArray list ? list.Select(Json.String) : [Json.String(node)]).OfType<string>();
}

/// <summary>The fields, shorthands and checks that a document is read by: an entity's own with those of its variant laid over.</summary>
internal sealed class RecordShape
{
    private readonly RecordSchema _base;
    private readonly RecordSchema? _over;

    private RecordShape(RecordSchema schema, RecordSchema? over)
    {
        _base = schema;
        _over = over;
    }

    public IEnumerable<NamedField> Fields => _over is null ? _base.Fields : _base.Fields.Select(f => _over.Field(f.Name) is { } replaced ? new NamedField(f.Name, replaced) : f);

    public IReadOnlyList<Shorthand> Shorthands => _base.Shorthands;

    public IEnumerable<Check> Checks => _over is null ? _base.Checks : _base.Checks.Concat(_over.Checks);

    public Func<JsonObject, string?>? Judge => _base.Judge;

    public static RecordShape Of(RecordSchema schema, RecordSchema? over = null) => new(schema, over);

    public FieldSchema? Field(string name) => _over?.Field(name) ?? _base.Field(name);
}
