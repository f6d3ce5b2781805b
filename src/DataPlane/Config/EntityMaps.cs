using System.Collections.Immutable;
using Gateway.Entities;
using Gateway.Sync;

namespace Gateway.DataPlane.Config;

/// <summary>The entities of one configuration that are compiled, by collection and id. Immutable; the next one shares with it all that did not change.</summary>
internal sealed class EntityMaps
{
    private readonly ImmutableDictionary<string, ImmutableSortedDictionary<Guid, object>> _kinds;

    private EntityMaps(ImmutableDictionary<string, ImmutableSortedDictionary<Guid, object>> kinds) => _kinds = kinds;

    /// <summary>The maps of a configuration.</summary>
    /// <param name="entities">The configuration.</param>
    public static EntityMaps Of(ConfigEntities entities)
    {
        var kinds = ImmutableDictionary.CreateBuilder<string, ImmutableSortedDictionary<Guid, object>>(StringComparer.Ordinal);
        ConfigBinding.Visit(entities, (kind, rows) => kinds[kind] = rows.ToImmutableSortedDictionary(r => r.Id, r => r.Entity));
        return new EntityMaps(kinds.ToImmutable());
    }

    /// <summary>Whether a collection is compiled.</summary>
    /// <param name="kind">The collection.</param>
    public bool Has(string kind) => _kinds.ContainsKey(kind);

    /// <summary>An entity, or null.</summary>
    /// <param name="kind">The collection.</param>
    /// <param name="id">Its id.</param>
    public object? Find(string kind, Guid id) => _kinds[kind].GetValueOrDefault(id);

    /// <summary>All entities of a collection, in the order of their ids.</summary>
    /// <param name="kind">The collection.</param>
    public IEnumerable<T> All<T>(string kind) => _kinds[kind].Values.Cast<T>();

    /// <summary>The maps after changes.</summary>
    /// <param name="changes">The changes.</param>
    public EntityMaps With(IEnumerable<EntityChange> changes)
    {
        var kinds = _kinds;
        foreach (var group in changes.GroupBy(c => c.Kind))
        {
            var rows = kinds[group.Key].ToBuilder();
            foreach (var change in group)
            {
                if (change.After is { } entity)
                {
                    rows[change.Id] = entity;
                }
                else
                {
                    rows.Remove(change.Id);
                }
            }

            kinds = kinds.SetItem(group.Key, rows.ToImmutable());
        }

        return new EntityMaps(kinds);
    }

    /// <summary>The entities as a whole configuration.</summary>
    /// <param name="hashes">Its hashes.</param>
    public ConfigEntities ToEntities(ConfigHashes hashes) => ConfigBinding.Bind(new Source(this), hashes);

    private sealed class Source(EntityMaps maps) : IRowSource
    {
        public IReadOnlyList<T> All<T>(string entity)
            where T : class => [.. maps.All<T>(entity)];
    }
}

/// <summary>What became of one entity that is compiled.</summary>
/// <param name="Kind">The collection.</param>
/// <param name="Id">Its id.</param>
/// <param name="Before">The entity before; null when it is new.</param>
/// <param name="After">The entity after; null when it is gone, or no longer one that is compiled.</param>
internal readonly record struct EntityChange(string Kind, Guid Id, object? Before, object? After);

/// <summary>Changes of the compiled entities that come into being together.</summary>
/// <param name="Hashes">The hashes of the configuration afterwards.</param>
/// <param name="Changes">What became of which entity.</param>
/// <param name="After">All entities afterwards.</param>
/// <param name="Referring">The ids of the stored rows of a collection whose field refers to an id.</param>
internal sealed record EntityChanges(
    ConfigHashes Hashes, IReadOnlyList<EntityChange> Changes, EntityMaps After, Func<string, string, Guid, IReadOnlyList<Guid>> Referring)
{
    /// <summary>The changes of a collection.</summary>
    public IEnumerable<EntityChange> Of(string kind) => Changes.Where(c => c.Kind == kind);
}
