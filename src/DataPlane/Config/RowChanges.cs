using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.DataPlane.Config;

/// <summary>Changes of stored rows that come into being together.</summary>
/// <param name="Catalog">The declared entities.</param>
/// <param name="Rows">The rows that are new or take the place of those with their ids.</param>
/// <param name="Gone">The rows that go.</param>
internal sealed record RowChanges(EntityCatalog Catalog, IReadOnlyList<StoredRow> Rows, IReadOnlyList<(EntitySchema Schema, Guid Id)> Gone)
{
    /// <summary>The collections that change.</summary>
    public IReadOnlySet<string> Collections => (HashSet<string>)[.. Rows.Select(r => r.Entity), .. Gone.Select(g => g.Schema.Name)];

    /// <summary>The schema of a collection.</summary>
    public EntitySchema SchemaOf(string entity) => Catalog[entity];
}
