using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>Expands shorthands, fills defaults and automatic values, and lays updates over rows.</summary>
/// <param name="options">How the document is read.</param>
/// <param name="violations">Where contradictions between old and new names go.</param>
internal sealed class RowFiller(ParseOptions options, Violations violations)
{
    private const string Alphanumerics = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private bool Updating => options.Mode is ParseMode.Update;

    public JsonObject Fill(RecordShape shape, JsonObject sent, bool isEntity = false)
    {
        ExpandShorthands(shape, sent);
        foreach (var (name, field) in shape.Fields)
        {
            var present = sent.TryGetPropertyValue(name, out var value);
            if (field.Auto && (isEntity || (!Updating && field.Type is FieldType.String)))
            {
                FillAuto(name, field, sent, value);
            }
            else if (present && !(value is null && options.Mode is ParseMode.Load && field.Required is true))
            {
                var filled = Value(field, value);
                if (!ReferenceEquals(filled, value))
                {
                    sent[name] = filled;
                }
            }
            else if (!Updating && !field.Extension)
            {
                sent[name] = Missing(field);
            }
        }

        return sent;
    }

    /// <summary>Lays sent fields over a row: records field by field, everything else whole.</summary>
    public static JsonObject Merge(RecordShape shape, JsonObject current, JsonObject sent)
    {
        foreach (var (name, value) in sent.ToArray())
        {
            sent.Remove(name);
            current[name] = shape.Field(name) is { Type: FieldType.Record, Record: { } record } && value is JsonObject inner && current[name] is JsonObject old
                ? Merge(RecordShape.Of(record), (JsonObject)old.DeepClone(), inner)
                : value;
        }

        return current;
    }

    /// <summary>Fills what an updated row's records lack: fields that are younger than the row, or belong to the variant that it has become.</summary>
    public JsonObject FillRecords(RecordShape shape, JsonObject row)
    {
        foreach (var (name, field) in shape.Fields)
        {
            if (field is { Type: FieldType.Record, Abstract: false, Record: { } record } && row[name] is JsonObject inner)
            {
                foreach (var absent in record.Fields.Where(f => !inner.ContainsKey(f.Name)))
                {
                    inner[absent.Name] = Missing(absent.Schema);
                }

                FillRecords(RecordShape.Of(record), inner);
            }
        }

        return row;
    }

    /// <summary>The row in declaration order, with null for every declared field that has no value; extensions are there only with one.</summary>
    public static JsonObject Complete(RecordShape shape, JsonObject row)
    {
        var complete = new JsonObject();
        foreach (var (name, field) in shape.Fields)
        {
            row.Remove(name, out var value);
            if (value is null && field.Extension)
            {
                continue;
            }

            complete[name] = field switch
            {
                { Type: FieldType.Record, Record: { Fields.Count: > 0 } record } when value is JsonObject inner => Complete(RecordShape.Of(record), inner),
                { Elements: { Type: FieldType.Record, Record: { } element } } when value is JsonArray list =>
                    new JsonArray([.. list.ToArray().Select(e => e is JsonObject inner ? Complete(RecordShape.Of(element), (JsonObject)inner.DeepClone()) : e?.DeepClone())]),
                _ => value,
            };
        }

        return complete;
    }

    private void ExpandShorthands(RecordShape shape, JsonObject sent)
    {
        foreach (var shorthand in shape.Shorthands)
        {
            // One may have changed what a later one stands for.
            if (!sent.TryGetPropertyValue(shorthand.Name, out var value))
            {
                continue;
            }

            var isField = shape.Field(shorthand.Name) is not null;
            if (!isField)
            {
                sent.Remove(shorthand.Name);
                if (value is not null && RowValidator.ShorthandError(shorthand.Schema, value) is { } error)
                {
                    violations.Add(shorthand.Name, error);
                    continue;
                }
            }

            if (value is null && !isField)
            {
                continue;
            }

            if (shorthand.ReplacedWith is { } target && Json.At(sent, string.Join('.', target)) is { } current && !Json.Same(current, value))
            {
                violations.Add(shorthand.Name, "both deprecated and new field are used but their values mismatch: "
                    + $"{shorthand.Name} = {Json.Text(value)} vs {string.Join('.', target)} = {Json.Text(current)}");
                continue;
            }

            Overlay(sent, shorthand.Expand(value));
        }
    }

    private static void Overlay(JsonObject target, JsonObject overlay)
    {
        foreach (var (name, value) in overlay)
        {
            if (value is JsonObject inner && target[name] is JsonObject existing)
            {
                Overlay(existing, inner);
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }

    private void FillAuto(string name, FieldSchema field, JsonObject sent, JsonNode? value)
    {
        if (field.IsTimestamp)
        {
            var isUpdate = name is "updated_at";
            if (options.Mode is ParseMode.Load ? value is null : isUpdate || (value is null && !Updating))
            {
                sent[name] = Now(field);
            }
        }
        else if (field.IsUuid)
        {
            if (Updating)
            {
                sent.Remove(name);
            }
            else if (!sent.ContainsKey(name))
            {
                sent[name] = Guid.NewGuid().ToString();
            }
        }
        else if (!Updating && !sent.ContainsKey(name))
        {
            // One that is sent as null is none.
            sent[name] = RandomNumberGenerator.GetString(Alphanumerics, 32);
        }
    }

    private JsonValue Now(FieldSchema field)
    {
        var now = options.Time.GetUtcNow();
        return field.Type is FieldType.Integer ? JsonValue.Create(now.ToUnixTimeSeconds()) : JsonValue.Create(now.ToUnixTimeMilliseconds() / 1000d);
    }

    private JsonNode? Missing(FieldSchema field) => field switch
    {
        { Type: FieldType.Record, Abstract: false, Record: { } record } when field.Required is true => Fill(RecordShape.Of(record), field.Default?.DeepClone() as JsonObject ?? []),
        { HasDefault: true } => Value(field, field.Default?.DeepClone()),
        _ => null,
    };

    private JsonNode? Value(FieldSchema field, JsonNode? value)
    {
        switch (field.Type)
        {
            case FieldType.Record when value is JsonObject inner && field.Record is { } record && !field.Abstract:
                return Fill(RecordShape.Of(record), inner);
            case FieldType.Foreign when value is JsonObject reference && reference.TryGetPropertyValue("id", out var id):
                return reference.Count is 1 ? reference : new JsonObject { ["id"] = id?.DeepClone() };
            case FieldType.Foreign when options.Mode is ParseMode.Load && Json.String(value) is { } plain:
                return new JsonObject { ["id"] = plain };
            case FieldType.Integer when Json.Number(value) is var number && number == Math.Floor(number) && Math.Abs(number) < 9e15:
                return JsonValue.Create((long)number);
            case FieldType.Set or FieldType.Array when value is JsonArray list:
                return List(field, list);
            case FieldType.Map when value is JsonObject map && field.Values is { Type: FieldType.Record } values:
                foreach (var (key, element) in map.ToArray())
                {
                    map[key] = Value(values, element?.DeepClone());
                }

                return map;
            // Lua cannot tell an empty list from an empty object, so clients send either.
            case FieldType.Set or FieldType.Array when value is JsonObject { Count: 0 }:
                return new JsonArray();
            case FieldType.Record or FieldType.Map when value is JsonArray { Count: 0 } && !field.Abstract:
                return Value(field, new JsonObject());
            default:
                return value;
        }
    }

    private JsonArray List(FieldSchema field, JsonArray list)
    {
        var elements = new List<JsonNode?>(list.Count);
        foreach (var element in list.ToArray())
        {
            var filled = field.Elements is { } schema ? Value(schema, element?.DeepClone()) : element?.DeepClone();
            if (field.Type is not FieldType.Set || !elements.Any(e => Json.Same(e, filled)))
            {
                elements.Add(filled);
            }
        }

        return new JsonArray([.. elements]);
    }
}
