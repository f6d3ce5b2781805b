using System.Text.Json.Nodes;

namespace Gateway.Schema;

/// <summary>The kinds of values that a field may hold.</summary>
public enum FieldType
{
    /// <summary>Text.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>An ordered list.</summary>
    Array,

    /// <summary>A list without duplicates.</summary>
    Set,

    /// <summary>Names to values of one kind.</summary>
    Map,

    /// <summary>A fixed set of named fields.</summary>
    Record,

    /// <summary>A reference to another entity.</summary>
    Foreign,

    /// <summary>Any JSON.</summary>
    Json,
}

/// <summary>What is declared of one field.</summary>
public sealed record FieldSchema
{
    /// <summary>The kind of value.</summary>
    public required FieldType Type { get; init; }

    /// <summary>Whether a value must be there; null where the declaration does not say.</summary>
    public bool? Required { get; init; }

    /// <summary>Whether <see cref="Default"/> is declared; it may be declared as null.</summary>
    public bool HasDefault { get; init; }

    /// <summary>The value taken when none is sent.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>The rules that a value keeps, in the order in which they are judged.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>The values that only nodes take whose proxy has a database beside it.</summary>
    public IReadOnlyList<string> NeedDatabase { get; init; } = [];

    /// <summary>Whether the gateway fills the field when it is not sent.</summary>
    public bool Auto { get; init; }

    /// <summary>Whether the value is unique within a workspace; null where the declaration does not say.</summary>
    public bool? Unique { get; init; }

    /// <summary>Whether the value is unique over all workspaces.</summary>
    public bool UniqueAcrossWorkspaces { get; init; }

    /// <summary>Whether the value may be a vault reference.</summary>
    public bool Referenceable { get; init; }

    /// <summary>Whether the value is a secret.</summary>
    public bool Encrypted { get; init; }

    /// <summary>Whether the field is shown and accepted but not stored.</summary>
    public bool Transient { get; init; }

    /// <summary>Whether the shape depends on the subschema.</summary>
    public bool Abstract { get; init; }

    /// <summary>Whether the field is not one of the original's, and is shown only where it is set.</summary>
    public bool Extension { get; init; }

    /// <summary>The feature without which a node has no such field, or null.</summary>
    public string? Feature { get; init; }

    /// <summary>The text that replaces the message of any broken rule.</summary>
    public string? Error { get; init; }

    /// <summary>The schema of an array's or set's elements.</summary>
    public FieldSchema? Elements { get; init; }

    /// <summary>The schema of a map's keys.</summary>
    public FieldSchema? Keys { get; init; }

    /// <summary>The schema of a map's values.</summary>
    public FieldSchema? Values { get; init; }

    /// <summary>The fields of a record.</summary>
    public RecordSchema? Record { get; init; }

    /// <summary>The entity that a foreign field refers to.</summary>
    public string? Reference { get; init; }

    /// <summary>What becomes of the row when the entity referred to is deleted.</summary>
    public DeleteAction? OnDelete { get; init; }

    /// <summary>One sentence for people, from the declaration's summary.</summary>
    public string? Description { get; init; }

    /// <summary>Further keys of a foreign schema that this language keeps but does not judge, such as <c>json_schema</c> or <c>deprecation</c>.</summary>
    public JsonObject? Extra { get; init; }

    /// <summary>Whether the value is a UUID.</summary>
    public bool IsUuid => Rules.Any(r => r is UuidRule);

    /// <summary>Whether the value is a time.</summary>
    public bool IsTimestamp => Rules.Any(r => r is TimestampRule);

    /// <summary>The values allowed, when they are listed; otherwise null.</summary>
    public IReadOnlyList<JsonNode?>? OneOf => Rules.OfType<OneOfRule>().FirstOrDefault()?.Values;

    /// <summary>The field as nodes have it whose proxy has no database beside it.</summary>
    public FieldSchema WithoutDatabase => this with
    {
        Rules = NeedDatabase.Count is 0 ? Rules : [.. Rules.Select(r => r is OneOfRule one ? one.Without(NeedDatabase) : r)],
        Record = Record is null ? null : Record with { Fields = Record.FieldsWithoutDatabase },
    };
}

/// <summary>A field and its name.</summary>
/// <param name="Name">The name on the wire.</param>
/// <param name="Schema">What is declared of it.</param>
public sealed record NamedField(string Name, FieldSchema Schema);

/// <summary>A set of named fields and the checks between them.</summary>
public record RecordSchema
{
    private readonly IReadOnlyList<NamedField> _fields = [];
    private Dictionary<string, FieldSchema> _byName = [];

    /// <summary>The fields in the order of their declaration.</summary>
    public required IReadOnlyList<NamedField> Fields
    {
        get => _fields;
        init
        {
            _fields = value;
            _byName = value.ToDictionary(f => f.Name, f => f.Schema, StringComparer.Ordinal);
        }
    }

    /// <summary>The fields as nodes have them whose proxy has no database beside it.</summary>
    public IReadOnlyList<NamedField> FieldsWithoutDatabase => [.. Fields.Select(f => f with { Schema = f.Schema.WithoutDatabase })];

    /// <summary>The rules that hold between fields.</summary>
    public IReadOnlyList<Check> Checks { get; init; } = [];

    /// <summary>Names that stand for other fields on write.</summary>
    public IReadOnlyList<Shorthand> Shorthands { get; init; } = [];

    /// <summary>The rule that judges the whole record with one message, or null.</summary>
    public Func<JsonObject, string?>? Judge { get; init; }

    /// <summary>The field of that name, or null.</summary>
    /// <param name="name">The name on the wire.</param>
    public FieldSchema? Field(string name) => _byName.GetValueOrDefault(name);
}

/// <summary>A variant of an entity: fields that replace the entity's own, and further checks.</summary>
public sealed record Subschema : RecordSchema
{
    /// <summary>The variant's name.</summary>
    public required string Name { get; init; }

    /// <summary>The values of the subschema key that select the variant; by default its name.</summary>
    public required IReadOnlyList<string> AppliesTo { get; init; }

    /// <summary>The feature with which the variant takes the place of the one without, or null.</summary>
    public string? Feature { get; init; }
}

/// <summary>An entity's schema: its fields and how it is addressed, stored and synchronised.</summary>
public sealed record EntitySchema : RecordSchema
{
    /// <summary>The collection's name, such as <c>services</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The C# record that documents bind to on a data plane, when there is one.</summary>
    public Type? ClrType { get; init; }

    /// <summary>The field that may stand for the id in a path, or null.</summary>
    public string? EndpointKey { get; init; }

    /// <summary>The field that may stand for the id in a path below a parent's, or null.</summary>
    public string? NestedKey { get; init; }

    /// <summary>The collection's name in Admin API paths.</summary>
    public required string AdminName { get; init; }

    /// <summary>The collection's name below a parent's path.</summary>
    public required string NestedName { get; init; }

    /// <summary>The fields whose combination is unique, nulls being equal.</summary>
    public IReadOnlyList<string> CacheKey { get; init; } = [];

    /// <summary>The fields that are kept in another form than they are sent in.</summary>
    public IReadOnlyList<Transformation> Transformations { get; init; } = [];

    /// <summary>Whether rows belong to a workspace.</summary>
    public bool Workspaceable { get; init; } = true;

    /// <summary>Whether rows may expire.</summary>
    public bool Ttl { get; init; }

    /// <summary>Whether the entity travels to the data planes.</summary>
    public bool Exported { get; init; } = true;

    /// <summary>Whether the Admin API has a top-level collection.</summary>
    public bool TopLevel { get; init; } = true;

    /// <summary>Whether the Admin API has generated endpoints at all.</summary>
    public bool AdminApi { get; init; } = true;

    /// <summary>Whether rows do nothing but link two others.</summary>
    public bool IsLink { get; init; }

    /// <summary>Whether rows are kept; an entity that is not stored is only described.</summary>
    public bool Stored { get; init; } = true;

    /// <summary>The message with which the Admin API refuses every use of the entity, or null.</summary>
    public string? Unavailable { get; init; }

    /// <summary>Whether the entity is not one of the original's.</summary>
    public bool Extension { get; init; }

    /// <summary>The field that selects the subschema, or null.</summary>
    public string? SubschemaKey { get; init; }

    /// <summary>The message for an unknown subschema, with <c>{0}</c> for the value.</summary>
    public string? SubschemaError { get; init; }

    /// <summary>The variants by the value of the subschema key that selects them.</summary>
    public IReadOnlyDictionary<string, Subschema> Subschemas { get; init; } = new Dictionary<string, Subschema>();

    /// <summary>The foreign fields.</summary>
    public IEnumerable<NamedField> ForeignFields => Fields.Where(f => f.Schema.Type is FieldType.Foreign);

    /// <summary>The fields that are unique by themselves.</summary>
    public IEnumerable<NamedField> UniqueFields => Fields.Where(f => f.Schema.Unique is true);
}
