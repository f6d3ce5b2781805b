using Gateway.DataPlane.Sync;
using Gateway.Entities;
using Gateway.Schema;
using Gateway.Sync;
using Gateway.Sync.Rpc;

namespace Gateway.DataPlane.Config;

/// <summary>What changes come to: rows to write and rows to take out, or the first thing that is wrong.</summary>
internal sealed record DeltaReading
{
    /// <summary>What is wrong; null when nothing is.</summary>
    public ApplyOutcome.Rejected? Rejection { get; init; }

    /// <summary>The rows that were read, typed.</summary>
    public IReadOnlyList<DocumentRow> Read { get; init; } = [];

    /// <summary>The changes for the store.</summary>
    public required RowChanges Changes { get; init; }
}

/// <summary>Reads changes as strictly as a whole document: every row through its schema, and against what the store holds.</summary>
/// <param name="catalog">The declared entities.</param>
/// <param name="rows">Reads single rows.</param>
/// <param name="documents">Reads whole configurations.</param>
/// <param name="store">Where the rows of the present configuration are.</param>
internal sealed class DeltaReader(EntityCatalog catalog, RowReader rows, DocumentReader documents, ConfigStore store)
{
    private readonly ILookup<string, (string Entity, string Field)> _children = catalog.Entities.Where(e => e.Stored)
        .SelectMany(e => e.ForeignFields.Select(f => (Reference: f.Schema.Reference!, Child: (e.Name, f.Name)))).ToLookup(f => f.Reference, f => f.Child);

    /// <summary>Reads a whole configuration that came as changes of nothing.</summary>
    /// <param name="deltas">The entities.</param>
    /// <param name="now">The moment, in Unix seconds.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public ConfigReading ReadFull(SyncDeltas deltas, double now, CancellationToken cancellation)
    {
        var found = new List<DocumentRow>(deltas.Deltas.Count);
        foreach (var delta in deltas.Deltas.Where(d => !d.IsDelete && !DocumentReader.NotForPlanes.Contains(d.Type)))
        {
            if (Unknown(delta) is { } wrong)
            {
                return new ConfigReading { Rejection = wrong };
            }

            found.Add(new DocumentRow(delta.Type, found.Count, delta.Entity) { Workspace = delta.Workspace });
        }

        return documents.Judge(found, ConfigHashes.Empty with { Config = deltas.Version }, now, cancellation);
    }

    /// <summary>Reads changes of the present configuration.</summary>
    /// <param name="deltas">The changes.</param>
    /// <param name="workspace">The default workspace.</param>
    /// <param name="now">The moment, in Unix seconds.</param>
    public DeltaReading Read(SyncDeltas deltas, Guid workspace, double now)
    {
        var last = new Dictionary<(string Entity, string? Id), SyncDelta>();
        foreach (var delta in deltas.Deltas.Where(d => !DocumentReader.NotForPlanes.Contains(d.Type)))
        {
            if (Unknown(delta) is { } wrong)
            {
                return Wrong(wrong);
            }

            last[(delta.Type, delta.Id)] = delta;
        }

        var (found, gone) = (new List<DocumentRow>(), new HashSet<(string Entity, Guid Id)>());
        foreach (var ((entity, idText), delta) in last)
        {
            if (!delta.IsDelete)
            {
                found.Add(new DocumentRow(entity, found.Count, delta.Entity) { Workspace = delta.Workspace });
                rows.Read(found[^1], workspace, now);
            }
            else if (Guid.TryParseExact(idText, "D", out var id))
            {
                gone.Add((entity, id));
            }
            else
            {
                return Wrong(new("a deletion names no id", entity, "id"));
            }
        }

        var refused = found.FirstOrDefault(r => r.Rejection is not null)?.Rejection
            ?? store.Read((Reader: this, found, gone), static (reader, state) => state.Reader.FirstWrong(reader, state.found, state.gone));
        return refused is not null ? Wrong(refused) : new DeltaReading
        {
            Read = found,
            Changes = new RowChanges(catalog, [.. found.Select(r => r.Stored!)], [.. gone.Select(g => (catalog[g.Entity], g.Id))]),
        };
    }

    private DeltaReading Wrong(ApplyOutcome.Rejected rejection) => new() { Rejection = rejection, Changes = new RowChanges(catalog, [], []) };

    private ApplyOutcome.Rejected? Unknown(SyncDelta delta) =>
        catalog.Find(delta.Type) is { Stored: true } ? null : new($"unknown entity '{delta.Type}': this data plane does not know such a collection", delta.Type);

    private ApplyOutcome.Rejected? FirstWrong(ConfigStore.StoreReader present, List<DocumentRow> found, HashSet<(string Entity, Guid Id)> gone)
    {
        var written = found.Select(r => (r.Entity, r.Stored!.Id)).ToHashSet();
        var uniques = new HashSet<(string Entity, UniqueValue Value)>();
        foreach (var row in found)
        {
            foreach (var unique in row.Stored!.Uniques)
            {
                // A row that is written or goes gives up the value that it had; whether it takes it again is told by the set.
                var owner = present.Unique(row.Entity, unique.Field, unique.Workspace, unique.Value);
                if (!uniques.Add((row.Entity, unique)) || (owner is { } other && !written.Contains((row.Entity, other)) && !gone.Contains((row.Entity, other))))
                {
                    return ReferenceCheck.Taken(catalog, row, unique);
                }
            }

            foreach (var foreign in row.Stored.Foreigns)
            {
                if (!written.Contains((foreign.Reference, foreign.Id)) && (gone.Contains((foreign.Reference, foreign.Id)) || !present.Has(foreign.Reference, foreign.Id)))
                {
                    return ReferenceCheck.Dangling(row, foreign);
                }
            }
        }

        foreach (var (entity, id) in gone)
        {
            foreach (var (child, field) in _children[entity])
            {
                // Those that are written were judged above.
                foreach (var left in present.Foreign(child, field, id).Where(c => !gone.Contains((child, c)) && !written.Contains((child, c))))
                {
                    return new($"invalid reference '{field}: {id}' (no such entity in '{entity}' any more)", $"{child} {left}", field);
                }
            }
        }

        return null;
    }
}
