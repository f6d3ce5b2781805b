using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>The kinds of expected failures; the numbers are those that clients see.</summary>
internal enum ErrorCode
{
    Refused = -3,
    Unavailable = -2,
    NotThere = -1,
    InvalidPrimaryKey = 1,
    SchemaViolation = 2,
    PrimaryKeyViolation = 3,
    ForeignKeyViolation = 4,
    UniqueViolation = 5,
    NotFound = 6,
    InvalidOffset = 7,
    InvalidSize = 9,
    InvalidUnique = 10,
    InvalidOptions = 11,
    OperationUnsupported = 12,
    ForeignKeysUnresolved = 13,
    ReferencedByOthers = 19,
}

/// <summary>An expected failure, in Kong's words.</summary>
/// <param name="Code">Its kind.</param>
/// <param name="Name">The kind's name.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fields">Where it is wrong, or null.</param>
internal sealed record StoreError(ErrorCode Code, string Name, string Message, JsonObject? Fields = null)
{
    /// <summary>There is no such thing, and no more is said.</summary>
    public static StoreError NotThere { get; } = new(ErrorCode.NotThere, "not found", "Not found");

    /// <summary>There is no such thing below a parent that names its children; it is said as the proxy says its errors.</summary>
    public static StoreError NotThereByName { get; } = new(ErrorCode.NotThere, "not found by name", "Not found");

    /// <summary>What the rules of a kind do not allow, in one sentence.</summary>
    public static StoreError Refused(string message) => new(ErrorCode.Refused, "refused", message);

    /// <summary>What this node has no means to do.</summary>
    public static StoreError Unsupported(string message) => new(ErrorCode.OperationUnsupported, "operation unsupported", message);

    /// <summary>The database cannot serve.</summary>
    public static StoreError Unavailable { get; } = new(ErrorCode.Unavailable, "unavailable", "the database is not available, try again later");

    public static StoreError InvalidPrimaryKey { get; } = new(ErrorCode.InvalidPrimaryKey, "invalid primary key",
        "invalid primary key: '{id=\"expected a valid UUID\"}'", new JsonObject { ["id"] = "expected a valid UUID" });

    public static StoreError Schema(Violations violations) =>
        new(ErrorCode.SchemaViolation, "schema violation", violations.Message, (JsonObject)violations.Fields.DeepClone());

    public static StoreError Schema(string field, string message)
    {
        var violations = new Violations();
        violations.Add(field, message);
        return Schema(violations);
    }

    /// <summary>A violation of the document as a whole.</summary>
    public static StoreError SchemaOfEntity(string message)
    {
        var violations = new Violations();
        violations.AddEntity(message);
        return Schema(violations);
    }

    public static StoreError PrimaryKeyTaken(Guid? id)
    {
        var key = new JsonObject { ["id"] = id?.ToString() };
        return new(ErrorCode.PrimaryKeyViolation, "primary key violation", $"primary key violation on key '{Print(key)}'", key);
    }

    public static StoreError NotUnique(IEnumerable<string> fields, JsonObject row)
    {
        var values = new JsonObject(fields.Select(f => KeyValuePair.Create(f, row[f]?.DeepClone())));
        return new(ErrorCode.UniqueViolation, "unique constraint violation", $"UNIQUE violation detected on '{Print(values)}'", values);
    }

    public static StoreError NoSuchReference(string field, string kind, JsonObject row) => new(ErrorCode.ForeignKeyViolation, "foreign key violation",
        $"the foreign key '{Print(row[field])}' does not reference an existing '{kind}' entity.", new JsonObject { [field] = row[field]?.DeepClone() });

    public static StoreError Referenced(string kind, string by) => new(ErrorCode.ForeignKeyViolation, "foreign key violation",
        $"an existing '{by}' entity references this '{kind}' entity", new JsonObject { ["@referenced_by"] = by });

    /// <summary>What is said of one key that leads nowhere.</summary>
    public static string NotResolved(EntityKey key, string kind) =>
        $"the foreign key cannot be resolved with '{Print(new JsonObject { [key.Field] = key.Value })}' for an existing '{kind}' entity";

    /// <summary>References that lead nowhere: field to key to what is said of it.</summary>
    public static StoreError Unresolved(JsonObject fields)
    {
        var parts = fields.OrderBy(f => f.Key, StringComparer.Ordinal)
            .SelectMany(f => f.Value!.AsObject().OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{f.Key}.{k.Key}: {Json.String(k.Value)}")).ToList();
        return new(ErrorCode.ForeignKeysUnresolved, "foreign keys unresolved",
            $"{(parts.Count is 1 ? "foreign key" : $"{parts.Count} foreign keys")} unresolved ({string.Join("; ", parts)})", fields);
    }

    public static StoreError NotFound(string field, string value)
    {
        var key = new JsonObject { [field] = value };
        return new(ErrorCode.NotFound, "not found", $"could not find the entity with {(field is "id" ? "primary key " : "")}'{Print(key)}'", key);
    }

    public static StoreError InvalidUnique(string field, string message) => new(ErrorCode.InvalidUnique, $"invalid unique {field}", message);

    public static StoreError InvalidOption(string option, string message) =>
        new(ErrorCode.InvalidOptions, "invalid options", $"invalid option ({option}: {message})", new JsonObject { [option] = message });

    public static StoreError InvalidSize(string message) => new(ErrorCode.InvalidSize, "invalid size", message);

    public static StoreError InvalidOffset(string token, string reason) =>
        new(ErrorCode.InvalidOffset, "invalid offset", $"'{token}' is not a valid offset: {reason}");

    /// <summary>A value as it stands inside a message: keys sorted, <c>{k="v"}</c>.</summary>
    private static string Print(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject map => $"{{{string.Join(',', map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={Print(p.Value)}"))}}}",
        _ when Json.String(node) is { } text => $"\"{text}\"",
        _ => Json.Text(node),
    };
}

/// <summary>A value, or why there is none.</summary>
/// <param name="Value">The value.</param>
/// <param name="Error">Why there is none.</param>
internal readonly record struct Outcome<T>(T? Value, StoreError? Error)
{
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(StoreError error) => new(default, error);
}
