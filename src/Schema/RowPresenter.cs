using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>Shows a stored row as the Admin API does: with the deprecated names that older clients still read.</summary>
public static class RowPresenter
{
    /// <summary>A copy of the row with the deprecated names filled from the fields that replaced them.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="row">The complete row.</param>
    public static JsonObject Present(EntitySchema schema, JsonObject row)
    {
        var shown = (JsonObject)row.DeepClone();
        var shape = RecordShape.Of(schema, SchemaParser.SubschemaOf(schema, row));
        Fill(shape.Shorthands, shape.Fields, shown);
        return shown;
    }

    private static void Fill(IEnumerable<Shorthand> shorthands, IEnumerable<NamedField> fields, JsonObject row)
    {
        foreach (var (name, field) in fields)
        {
            if (field is { Type: FieldType.Record, Record: { } record } && row[name] is JsonObject inner)
            {
                Fill(record.Shorthands, record.Fields, inner);
            }
        }

        foreach (var shorthand in shorthands.Where(s => s.ReplacedWith is not null))
        {
            row[shorthand.Name] = Json.At(row, string.Join('.', shorthand.ReplacedWith!))?.DeepClone();
        }
    }
}
