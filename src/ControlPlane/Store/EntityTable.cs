using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>Fields that are unique together, and the index that sees to it.</summary>
/// <param name="Index">The index's name.</param>
/// <param name="Fields">The fields.</param>
/// <param name="Scoped">Whether rows of other workspaces do not count.</param>
internal sealed record UniqueKey(string Index, IReadOnlyList<string> Fields, bool Scoped);

/// <summary>A field that refers to another entity, and the constraint that sees to it.</summary>
/// <param name="Constraint">The constraint's name.</param>
/// <param name="Table">The table that the field belongs to.</param>
/// <param name="Column">The field's column.</param>
internal sealed record ForeignKey(string Constraint, EntityTable Table, EntityColumn Column)
{
    public string Reference => Column.Schema.Reference!;

    public bool Cascades => Column.Schema.OnDelete is DeleteAction.Cascade;
}

/// <summary>The table that an entity's declaration asks for, and how its rows become JSON and back.</summary>
internal sealed class EntityTable
{
    /// <summary>The workspace that a row belongs to.</summary>
    public const string Workspace = "ws_id";

    /// <summary>When a row that may expire does.</summary>
    public const string Expiry = "ttl";

    public EntityTable(EntitySchema schema)
    {
        Schema = schema;
        Columns = [.. schema.Fields.Where(f => !f.Schema.Transient).Select(f => new EntityColumn(f.Name, f.Schema))];
        UniqueKeys = [.. Keys(schema)];
        Lists = new ListFields(this);
        Sql = new RowSql(this);
        ForeignKeys = [.. Columns.Where(c => c.Schema.Type is FieldType.Foreign).Select(c => new ForeignKey($"{schema.Name}_{c.Name}_fkey", this, c))];
    }

    public EntitySchema Schema { get; }

    public string Name => Schema.Name;

    public IReadOnlyList<EntityColumn> Columns { get; }

    public IReadOnlyList<UniqueKey> UniqueKeys { get; }

    public IReadOnlyList<ForeignKey> ForeignKeys { get; }

    public string PrimaryKey => $"{Name}_pkey";

    /// <summary>By which fields its lists are searched, sorted and filtered.</summary>
    public ListFields Lists { get; }

    /// <summary>The statements that read and write one of its rows.</summary>
    public RowSql Sql { get; }

    public bool HasTags => Schema.Field("tags") is not null;

    /// <summary>The row to store.</summary>
    public Dictionary<string, object?> ToRow(JsonObject entity, Guid? workspace, DateTime? expiry)
    {
        var row = Columns.ToDictionary(c => c.Field, c => c.ToValue(entity[c.Field]), StringComparer.Ordinal);
        if (Schema.Workspaceable)
        {
            row[Workspace] = workspace;
        }

        if (Schema.Ttl)
        {
            row[Expiry] = expiry;
        }

        return row;
    }

    /// <summary>The entity as it is stored, every declared field there; an expiry is shown as the seconds left at a time, or as a time when none is given.</summary>
    public JsonObject ToEntity(IReadOnlyDictionary<string, object?> row, DateTimeOffset? now)
    {
        var entity = new JsonObject(Columns.Select(c => KeyValuePair.Create(c.Field, c.ToJson(row.GetValueOrDefault(c.Field))))
            .Where(p => p.Value is not null || !Schema.Field(p.Key)!.Extension));
        foreach (var (name, _) in Schema.Fields.Where(f => f.Schema.Transient))
        {
            entity[name] = null;
        }

        if (Schema.Ttl)
        {
            entity[Expiry] = row.GetValueOrDefault(Expiry) is not DateTime expiry ? null
                : now is { } moment ? (long)Math.Floor((expiry - moment.UtcDateTime).TotalSeconds)
                : new DateTimeOffset(expiry).ToUnixTimeSeconds();
        }

        return entity;
    }

    private static IEnumerable<UniqueKey> Keys(EntitySchema schema)
    {
        foreach (var (name, field) in schema.UniqueFields)
        {
            yield return new UniqueKey($"{schema.Name}_{name}_key", [name], schema.Workspaceable && !field.UniqueAcrossWorkspaces);
        }

        if (schema.CacheKey.Count > 1 || (schema.CacheKey.Count is 1 && schema.Field(schema.CacheKey[0])!.Unique is not true))
        {
            yield return new UniqueKey($"{schema.Name}_cache_key", schema.CacheKey, schema.Workspaceable);
        }
    }
}
