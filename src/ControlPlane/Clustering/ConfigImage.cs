using System.Collections.Immutable;
using Gateway.Sync.Rpc;

namespace Gateway.ControlPlane.Clustering;

/// <summary>An entity as data planes get it.</summary>
/// <param name="Json">The entity with every field, references as objects: UTF-8 JSON.</param>
/// <param name="Workspace">The workspace that it belongs to; null for entities outside workspaces.</param>
internal sealed record ImageRow(byte[] Json, Guid? Workspace);

/// <summary>The entities of one collection.</summary>
/// <param name="Kind">The collection.</param>
/// <param name="Rows">The entities by their ids.</param>
internal sealed record ImageTable(string Kind, ImmutableSortedDictionary<Guid, ImageRow> Rows);

/// <summary>An entry of the change log: who changed what.</summary>
/// <param name="Transaction">The transaction.</param>
/// <param name="Kind">The collection.</param>
/// <param name="Id">The entity.</param>
internal readonly record struct LoggedChange(ulong Transaction, string Kind, Guid Id);

/// <summary>What the whole configuration was at one moment of the database. Immutable; the next one shares with it all that did not change.</summary>
internal sealed record ConfigImage
{
    /// <summary>The version, which any control plane of this database gives to the same content.</summary>
    public required SyncVersion Version { get; init; }

    /// <summary>The collections, each after those that it refers to.</summary>
    public required ImmutableArray<ImageTable> Tables { get; init; }

    /// <summary>The workspace named <c>default</c>.</summary>
    public required Guid DefaultWorkspace { get; init; }

    /// <summary>The changes whose order is final, as far back as they are remembered.</summary>
    public required ImmutableList<LoggedChange> Log { get; init; }

    /// <summary>The changes after them that an open transaction may still get in front of.</summary>
    public required ImmutableArray<LoggedChange> Pending { get; init; }

    /// <summary>How many plugins of each name there are; none that there is no plugin of.</summary>
    public required ImmutableDictionary<string, int> PluginUse { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How many entities there are.</summary>
    public int Count => Tables.Sum(t => t.Rows.Count);

    /// <summary>The entities that may differ from what they were at a version; null when the log does not reach back to it.</summary>
    /// <param name="version">The version, of this database or any other.</param>
    public IReadOnlySet<(string Kind, Guid Id)>? ChangedSince(SyncVersion version)
    {
        if (version.Cluster != Version.Cluster || version.Transaction > Version.Transaction)
        {
            return null;
        }

        // The entries of a remembered transaction stand for it: whoever has that one lacks only what comes after.
        var isKnown = version == Version || (Log.Count > 0 && Log[0].Transaction <= version.Transaction);
        return isKnown ? new HashSet<(string, Guid)>(Log.Skip(FirstAfter(version.Transaction)).Concat(Pending).Select(c => (c.Kind, c.Id))) : null;
    }

    /// <summary>The entities that <see cref="ChangedSince"/> names as they are now: those that are gone first, so that a name is free before another takes it, then each after those it refers to.</summary>
    /// <param name="changed">The entities.</param>
    public IEnumerable<(string Kind, Guid Id, ImageRow? Row)> Of(IReadOnlySet<(string Kind, Guid Id)> changed)
    {
        var byKind = changed.ToLookup(c => c.Kind, c => c.Id);
        ImageTable[] touched = [.. Tables.Where(t => byKind.Contains(t.Kind))];
        return [
            .. touched.SelectMany(t => byKind[t.Kind].Where(id => !t.Rows.ContainsKey(id)).Select(id => (t.Kind, id, (ImageRow?)null))),
            .. touched.SelectMany(t => byKind[t.Kind].Where(t.Rows.ContainsKey).Select(id => (t.Kind, id, (ImageRow?)t.Rows[id]))),
        ];
    }

    /// <summary>All entities, each after those that it refers to.</summary>
    public IEnumerable<(string Kind, Guid Id, ImageRow? Row)> All() => Tables.SelectMany(t => t.Rows.Select(r => (t.Kind, r.Key, (ImageRow?)r.Value)));

    private int FirstAfter(ulong transaction)
    {
        var (from, to) = (0, Log.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = Log[middle].Transaction > transaction ? (from, middle) : (middle + 1, to);
        }

        return from;
    }
}
