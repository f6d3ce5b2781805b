namespace Gateway.Schema;

/// <summary>Kong's words for what can be wrong with a value.</summary>
public static class Messages
{
    /// <summary>A needed value is missing or null.</summary>
    public const string Required = "required field missing";

    /// <summary>The schema has no such field.</summary>
    public const string Unknown = "unknown field";

    /// <summary>A foreign field is not an object with an id.</summary>
    public const string MissingPrimaryKey = "missing primary key";

    /// <summary>The value is of another kind.</summary>
    /// <param name="type">The kind expected.</param>
    public static string Expected(FieldType type) => type switch
    {
        FieldType.Integer => "expected an integer",
        FieldType.Array => "expected an array",
        _ => $"expected a {type.ToString().ToLowerInvariant()}",
    };

    /// <summary>Field names in single quotes, separated by commas.</summary>
    /// <param name="fields">The names.</param>
    public static string Quoted(IEnumerable<string> fields) => string.Join(", ", fields.Select(f => $"'{f}'"));
}
