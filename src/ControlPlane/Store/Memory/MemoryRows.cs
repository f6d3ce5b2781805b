using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store.Memory;

/// <summary>The rows of a node without a database: one state, never changed, replaced as a whole.</summary>
internal sealed class MemoryRows
{
    private readonly Dictionary<string, Dictionary<Guid, Dictionary<string, object?>>> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, object?>[]> _ordered;
    private readonly Guid _default;

    /// <summary>Takes in rows.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="rows">The rows; references are objects.</param>
    /// <param name="time">When each row was created, as far as it does not say so itself.</param>
    public MemoryRows(EntityTables tables, IEnumerable<MemoryRow> rows, DateTimeOffset time)
    {
        var all = rows.ToLookup(r => r.Kind, StringComparer.Ordinal);
        foreach (var table in tables.All)
        {
            _byId[table.Name] = [];
        }

        foreach (var row in all["workspaces"])
        {
            Add(tables["workspaces"], row);
        }

        _default = WorkspaceOf(Seed.DefaultWorkspace) ?? AddDefault(tables["workspaces"], time);
        foreach (var table in tables.All.Where(t => t.Name is not "workspaces"))
        {
            foreach (var row in all[table.Name])
            {
                Add(table, row);
            }
        }

        _ordered = _byId.ToDictionary(k => k.Key, k => k.Value.OrderBy(r => r.Key).Select(r => r.Value).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The rows of a kind, in the order of their ids.</summary>
    public IEnumerable<Dictionary<string, object?>> All(string kind) => _ordered[kind];

    /// <summary>The row of an id, or null.</summary>
    public Dictionary<string, object?>? Find(string kind, Guid id) => _byId[kind].GetValueOrDefault(id);

    /// <summary>The id of a workspace, or null when there is none of that name; null names the default one.</summary>
    public Guid? WorkspaceOf(string? name) => name is null ? _default
        : _byId["workspaces"].Values.FirstOrDefault(w => (string?)w["name"] == name) is { } found ? (Guid)found["id"]! : null;

    private Guid AddDefault(EntityTable table, DateTimeOffset time)
    {
        var now = time.ToUnixTimeSeconds();
        Add(table, new MemoryRow("workspaces", new JsonObject
        {
            ["id"] = Entities.Declarative.DeclarativeConfig.DefaultWorkspace.ToString(), ["name"] = Seed.DefaultWorkspace, ["created_at"] = now, ["updated_at"] = now,
            ["meta"] = new JsonObject(), ["config"] = new JsonObject(),
        }));
        return Entities.Declarative.DeclarativeConfig.DefaultWorkspace;
    }

    private void Add(EntityTable table, MemoryRow row)
    {
        Behaviours.EntityBehaviour.Of(table).Complete(row.Entity);
        var kept = table.ToRow(row.Entity, row.Workspace ?? _default, row.Expiry);
        _byId[table.Name][(Guid)kept["id"]!] = kept;
    }
}

/// <summary>One row on its way into memory.</summary>
/// <param name="Kind">The collection.</param>
/// <param name="Entity">The complete entity; it is taken over and may be changed.</param>
internal sealed record MemoryRow(string Kind, JsonObject Entity)
{
    /// <summary>The workspace, or null for the default one.</summary>
    public Guid? Workspace { get; init; }

    /// <summary>When it expires, or null for never.</summary>
    public DateTime? Expiry { get; init; }
}
