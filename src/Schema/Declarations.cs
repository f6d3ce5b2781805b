namespace Gateway.Schema;

/// <summary>A C# declaration that the schema reader turns into a schema: an entity, a plugin's configuration, or a record inside one.</summary>
/// <typeparam name="TSelf">The declaring type itself.</typeparam>
public interface IDeclared<TSelf>
    where TSelf : IDeclared<TSelf>
{
    /// <summary>The rules that hold between fields (Kong's <c>entity_checks</c>).</summary>
    static virtual IReadOnlyList<Check> Checks => [];

    /// <summary>The write-only or deprecated names that stand for other fields (Kong's <c>shorthand_fields</c>).</summary>
    static virtual IReadOnlyList<Shorthand> Shorthands => [];

    /// <summary>The variants of an entity that its subschema key selects, such as the http, stream and grpc routes.</summary>
    static virtual IReadOnlyList<Subschema> Subschemas => [];

    /// <summary>The rule that judges the whole record with one message (Kong's record <c>custom_validator</c>), or null.</summary>
    static virtual Func<System.Text.Json.Nodes.JsonObject, string?>? Judge => null;

    /// <summary>The fields of an entity that are kept in another form than they are sent in (Kong's <c>transformations</c>).</summary>
    static virtual IReadOnlyList<Transformation> Transformations => [];
}

/// <summary>A plugin's configuration; its plugin-wide checks stand beside the <c>config</c> record and name fields as <c>config.x</c>.</summary>
/// <typeparam name="TSelf">The configuration type itself.</typeparam>
public interface IPluginConfig<TSelf> : IDeclared<TSelf>
    where TSelf : IPluginConfig<TSelf>
{
    /// <summary>The checks of the plugin as a whole; their field paths are relative to the configuration.</summary>
    static virtual IReadOnlyList<Check> PluginChecks => [];
}

/// <summary>Marks a record as an entity that the gateway stores, shows and synchronises.</summary>
/// <param name="name">The collection's name, such as <c>services</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EntityAttribute(string name) : Attribute
{
    /// <summary>The collection's name.</summary>
    public string Name { get; } = name;

    /// <summary>The property that may stand for the id in a path, or null when only the id does.</summary>
    public string? EndpointKey { get; init; }

    /// <summary>The property that may stand for the id in a path below a parent's, being unique there only.</summary>
    public string? NestedKey { get; init; }

    /// <summary>The name of the collection in Admin API paths, when it differs from <see cref="Name"/>.</summary>
    public string? AdminName { get; init; }

    /// <summary>The name of the collection below a parent's path, when it differs from <see cref="AdminName"/>.</summary>
    public string? NestedName { get; init; }

    /// <summary>The properties whose combination is unique, nulls being equal.</summary>
    public string[] CacheKey { get; init; } = [];

    /// <summary>Whether rows belong to a workspace.</summary>
    public bool Workspaceable { get; init; } = true;

    /// <summary>Whether rows may expire (a <c>ttl</c> in seconds beside the body).</summary>
    public bool Ttl { get; init; }

    /// <summary>Whether the entity travels to the data planes.</summary>
    public bool Exported { get; init; } = true;

    /// <summary>Whether the Admin API has a top-level collection for the entity.</summary>
    public bool TopLevel { get; init; } = true;

    /// <summary>Whether the Admin API has generated endpoints at all.</summary>
    public bool AdminApi { get; init; } = true;

    /// <summary>Whether rows do nothing but link two others, each of which then has a list of the other kind below its path.</summary>
    public bool IsLink { get; init; }

    /// <summary>Whether rows are kept; an entity that is not stored is only described.</summary>
    public bool Stored { get; init; } = true;

    /// <summary>The message with which the Admin API refuses every use of the entity, or null.</summary>
    public string? Unavailable { get; init; }

    /// <summary>The field that selects the subschema, or null.</summary>
    public string? SubschemaKey { get; init; }

    /// <summary>The message for an unknown subschema, with <c>{0}</c> for the value.</summary>
    public string? SubschemaError { get; init; }
}

/// <summary>The field is filled by the gateway when it is not sent: an id, a time, or 32 random alphanumerics.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AutoAttribute : Attribute;

/// <summary>The entity or field is not one of the original's open edition: schemas do not show it, answers and documents only where it is set, and foreign data planes never get it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property)]
public sealed class ExtensionAttribute : Attribute;

/// <summary>The field exists only on nodes with a feature, such as routes written as expressions.</summary>
/// <param name="feature">The feature's name.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OnlyWithAttribute(string feature) : Attribute
{
    /// <summary>The feature's name.</summary>
    public string Feature { get; } = feature;
}

/// <summary>The field has values that only nodes take whose proxy has a database beside it: neither hybrid mode nor a node without a database.</summary>
/// <param name="values">The values.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NeedsDatabaseAttribute(params string[] values) : Attribute
{
    /// <summary>The values.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}

/// <summary>No two rows of a workspace hold the same value.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UniqueAttribute : Attribute
{
    /// <summary>Whether the value is unique over all workspaces.</summary>
    public bool AcrossWorkspaces { get; init; }
}

/// <summary>What becomes of this row when the row it refers to is deleted.</summary>
/// <param name="action">The action; without the attribute the deletion is refused.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OnDeleteAttribute(DeleteAction action) : Attribute
{
    /// <summary>The action.</summary>
    public DeleteAction Action { get; } = action;
}

/// <summary>What becomes of a row whose parent is deleted.</summary>
public enum DeleteAction
{
    /// <summary>The parent's deletion is refused.</summary>
    Restrict,

    /// <summary>The row goes too.</summary>
    Cascade,
}

/// <summary>The value may be a vault reference, <c>{vault://...}</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ReferenceableAttribute : Attribute;

/// <summary>The value is a secret: encrypted at rest where a keyring exists, and never logged.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EncryptedAttribute : Attribute;

/// <summary>The field is part of requests and answers but is not stored.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TransientAttribute : Attribute;

/// <summary>The text that replaces the message of any rule that a value breaks (Kong's <c>err</c>).</summary>
/// <param name="message">The text.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SaysAttribute(string message) : Attribute
{
    /// <summary>The text.</summary>
    public string Message { get; } = message;
}

/// <summary>A further key that schemas show of the field, and that nothing here judges by.</summary>
/// <param name="key">The key.</param>
/// <param name="json">Its value, in JSON.</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class ShowsAlsoAttribute(string key, string json) : Attribute
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>Its value, in JSON.</summary>
    public string Json { get; } = json;
}

/// <summary>The field has given way to another; schemas tell so, and nothing reads it any more.</summary>
/// <param name="message">What to use in its place.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DeprecatedAttribute(string message) : Attribute
{
    /// <summary>What to use in its place.</summary>
    public string Message { get; } = message;

    /// <summary>The version in which the field goes away.</summary>
    public string RemovalInVersion { get; init; } = "4.0";

    /// <summary>The default that the field had, or null.</summary>
    public object? OldDefault { get; init; }
}

/// <summary>What schemas say of the elements of a list, or of the keys and values of a map, beyond their type.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ShowsElementsAttribute : Attribute
{
    /// <summary>Whether they are shown as required; they are, in any case.</summary>
    public required bool Required { get; init; }

    /// <summary>The level that says so; by default all that there are.</summary>
    public Level On { get; init; }
}

/// <summary>The field's shape depends on the subschema, as a plugin's <c>config</c> does.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AbstractAttribute : Attribute;

/// <summary>How the schema shows what C# cannot tell apart: an explicit null default, an explicit <c>required: false</c>, a record's default.</summary>
/// <param name="shows">What to show.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ShowsAttribute(Shown shows) : Attribute
{
    /// <summary>What to show.</summary>
    public Shown Shows { get; } = shows;
}

/// <summary>Details of a rendered schema that C# has no word for.</summary>
[Flags]
public enum Shown
{
    /// <summary>Nothing beyond what the type says.</summary>
    None = 0,

    /// <summary><c>default: null</c>.</summary>
    NullDefault = 1,

    /// <summary><c>required: false</c>.</summary>
    NotRequired = 2,

    /// <summary>The whole default of a nested record.</summary>
    RecordDefault = 4,

    /// <summary><c>unique: false</c>.</summary>
    NotUnique = 8,

    /// <summary>The field is left out of the whole default of the record around it.</summary>
    OutsideRecordDefault = 16,

    /// <summary>The default of a nested record, without what its fields have as their own defaults.</summary>
    OwnDefault = 32,
}
