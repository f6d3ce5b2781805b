using Gateway.DataPlane.Sync;
using Gateway.Entities;

namespace Gateway.DataPlane.Config;

/// <summary>Judges what rows say of each other: no id or unique value twice, no reference to a row that is not there.</summary>
internal static class ReferenceCheck
{
    /// <summary>The first thing that is wrong, or null.</summary>
    /// <param name="rows">All rows of the document.</param>
    /// <param name="catalog">The declared entities.</param>
    public static ApplyOutcome.Rejected? FirstWrong(IReadOnlyList<DocumentRow> rows, EntityCatalog catalog)
    {
        var ids = catalog.Entities.ToDictionary(e => e.Name, _ => new HashSet<Guid>(), StringComparer.Ordinal);
        var uniques = new HashSet<(string Entity, UniqueValue Value)>();
        foreach (var row in rows)
        {
            var stored = row.Stored!;
            if (!ids[stored.Entity].Add(stored.Id))
            {
                return new($"uniqueness violation: '{stored.Entity}' entity with primary key set to '{stored.Id}' already declared", row.Name, "id");
            }

            foreach (var unique in stored.Uniques)
            {
                if (!uniques.Add((stored.Entity, unique)))
                {
                    return Taken(catalog, row, unique);
                }
            }
        }

        foreach (var row in rows)
        {
            foreach (var foreign in row.Stored!.Foreigns)
            {
                if (!ids.TryGetValue(foreign.Reference, out var known) || !known.Contains(foreign.Id))
                {
                    return Dangling(row, foreign);
                }
            }
        }

        return null;
    }

    /// <summary>The refusal of a row whose value another row has.</summary>
    public static ApplyOutcome.Rejected Taken(EntityCatalog catalog, DocumentRow row, UniqueValue unique) => unique.Field is RowIndexes.CacheKey
        ? new($"uniqueness violation: '{row.Entity}' entity with the same {string.Join(", ", catalog[row.Entity].CacheKey)} already declared", row.Name)
        : new($"uniqueness violation: '{row.Entity}' entity with {unique.Field} set to '{Shown(catalog, row.Entity, unique)}' already declared", row.Name, unique.Field);

    /// <summary>The refusal of a row that refers to one that is not there.</summary>
    public static ApplyOutcome.Rejected Dangling(DocumentRow row, ForeignValue foreign) =>
        new($"invalid reference '{foreign.Field}: {foreign.Id}' (no such entity in '{foreign.Reference}')", row.Name, foreign.Field);

    // A credential's key is a secret, and this message goes into logs.
    private static string Shown(EntityCatalog catalog, string entity, UniqueValue unique) =>
        catalog[entity].Field(unique.Field) is { Encrypted: true } or { Auto: true } ? "***" : unique.Value;
}
