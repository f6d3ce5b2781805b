using Gateway.Entities;

namespace Gateway.ControlPlane.Store;

/// <summary>The tables of all entities of a catalog.</summary>
internal sealed class EntityTables
{
    private readonly Dictionary<string, EntityTable> _byName;
    private readonly ILookup<string, ForeignKey> _children;

    public EntityTables(EntityCatalog catalog)
    {
        Catalog = catalog;
        All = [.. catalog.Entities.Where(e => e.Stored).Select(e => new EntityTable(e))];
        _byName = All.ToDictionary(t => t.Name, StringComparer.Ordinal);
        _children = All.SelectMany(t => t.ForeignKeys).ToLookup(k => k.Reference);
    }

    public EntityCatalog Catalog { get; }

    /// <summary>The tables, each after those that it refers to.</summary>
    public IReadOnlyList<EntityTable> All { get; }

    public EntityTable this[string kind] => _byName[kind];

    /// <summary>The foreign keys of other entities that refer to an entity.</summary>
    public IEnumerable<ForeignKey> Children(string kind) => _children[kind];

    public UniqueKey? Unique(string? index) => All.SelectMany(t => t.UniqueKeys).FirstOrDefault(k => k.Index == index);

    public ForeignKey? Foreign(string? constraint) => All.SelectMany(t => t.ForeignKeys).FirstOrDefault(k => k.Constraint == constraint);
}
