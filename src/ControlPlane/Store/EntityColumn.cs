using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>The kinds of columns that fields are kept in.</summary>
internal enum ColumnKind
{
    Uuid,
    Text,
    Integer,
    Number,
    Boolean,
    Timestamp,
    Texts,
    Integers,
    Uuids,
    Json,
}

/// <summary>One column of an entity's table, and how its values become JSON and back.</summary>
/// <param name="Field">The field's name, which is the property's name in the row too.</param>
/// <param name="Schema">What is declared of the field.</param>
internal sealed record EntityColumn(string Field, FieldSchema Schema)
{
    // Beyond this PostgreSQL's driver reads "infinity" into a time.
    private static readonly DateTime _latest = new(9999, 12, 31, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The column's name.</summary>
    public string Name => Schema.Type is FieldType.Foreign ? $"{Field}_id" : Field;

    /// <summary>Whether the column refuses null.</summary>
    public bool Required => Field is "id" || Schema.Required is true;

    public ColumnKind Kind { get; } = KindOf(Schema);

    public string SqlType => Kind switch
    {
        ColumnKind.Uuid => "uuid",
        ColumnKind.Text => "text",
        ColumnKind.Integer => "bigint",
        ColumnKind.Number => "double precision",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Timestamp => "timestamp with time zone",
        ColumnKind.Texts => "text[]",
        ColumnKind.Integers => "bigint[]",
        ColumnKind.Uuids => "uuid[]",
        _ => "jsonb",
    };

    public Type ClrType => Kind switch
    {
        ColumnKind.Uuid => Required ? typeof(Guid) : typeof(Guid?),
        ColumnKind.Integer => Required ? typeof(long) : typeof(long?),
        ColumnKind.Number => Required ? typeof(double) : typeof(double?),
        ColumnKind.Boolean => Required ? typeof(bool) : typeof(bool?),
        ColumnKind.Timestamp => typeof(DateTime?),
        ColumnKind.Texts => typeof(string[]),
        ColumnKind.Integers => typeof(long[]),
        ColumnKind.Uuids => typeof(Guid[]),
        _ => typeof(string),
    };

    /// <summary>The value to store.</summary>
    public object? ToValue(JsonNode? node) => node is null ? null : Kind switch
    {
        ColumnKind.Uuid => Guid.Parse(Json.String(node is JsonObject reference ? reference["id"] : node)!),
        ColumnKind.Text => Json.String(node),
        ColumnKind.Integer => Whole(node),
        ColumnKind.Number => Json.Number(node),
        ColumnKind.Boolean => Json.Boolean(node),
        ColumnKind.Timestamp => Time(Json.Number(node)),
        ColumnKind.Texts => Each(node, e => Json.String(e)!),
        ColumnKind.Integers => Each(node, Whole),
        ColumnKind.Uuids => Each(node, e => Guid.Parse(Json.String(e)!)),
        _ => node.ToJsonString(Wire.Options),
    };

    /// <summary>The value as the Admin API shows it.</summary>
    public JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        Guid id when Schema.Type is FieldType.Foreign => new JsonObject { ["id"] = id.ToString() },
        Guid id => id.ToString(),
        DateTime time => Seconds(time),
        double number => Json.FromDouble(number),
        long number => number,
        bool flag => flag,
        string[] list => new JsonArray([.. list.Select(e => (JsonNode?)e)]),
        long[] list => new JsonArray([.. list.Select(e => (JsonNode?)e)]),
        Guid[] list => new JsonArray([.. list.Select(e => (JsonNode?)e.ToString())]),
        string json when Kind is ColumnKind.Json => JsonNode.Parse(json),
        _ => (string)value,
    };

    private static ColumnKind KindOf(FieldSchema field) => field.Type switch
    {
        FieldType.Foreign => ColumnKind.Uuid,
        FieldType.String => field.IsUuid ? ColumnKind.Uuid : ColumnKind.Text,
        FieldType.Integer or FieldType.Number when field.IsTimestamp => ColumnKind.Timestamp,
        FieldType.Integer => ColumnKind.Integer,
        FieldType.Number => ColumnKind.Number,
        FieldType.Boolean => ColumnKind.Boolean,
        FieldType.Array or FieldType.Set => field.Elements?.Type switch
        {
            FieldType.String => field.Elements.IsUuid ? ColumnKind.Uuids : ColumnKind.Texts,
            FieldType.Integer => ColumnKind.Integers,
            _ => ColumnKind.Json,
        },
        _ => ColumnKind.Json,
    };

    private static T[] Each<T>(JsonNode node, Func<JsonNode?, T> convert) => [.. ((JsonArray)node).Select(convert)];

    private static long Whole(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var whole) ? whole : (long)Json.Number(node);

    private static DateTime Time(double seconds) => seconds >= 253_402_214_400d ? _latest : DateTime.UnixEpoch.AddMilliseconds(Math.Round(seconds * 1000));

    private JsonNode Seconds(DateTime time)
    {
        var milliseconds = (long)Math.Round((time - DateTime.UnixEpoch).TotalMilliseconds);
        return Schema.Type is FieldType.Integer ? milliseconds / 1000 : Json.FromDouble(milliseconds / 1000d);
    }
}
