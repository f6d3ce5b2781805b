using Gateway.Entities;
using Gateway.PluginSdk;
using Gateway.Schema;

namespace Gateway.DataPlane.Config;

/// <summary>Finds entities in the store, with those that were asked for before in memory.</summary>
/// <typeparam name="T">The entity.</typeparam>
public sealed class StoreLookup<T> : ILookup<T>
    where T : class
{
    private const int Capacity = 100_000;
    // Wrong keys are anybody's to send: they have a small cache of their own, so that they push no good ones out.
    private const int MissCapacity = 20_000;
    private const int LongestCachedMiss = 256;

    private readonly ConfigStore _store;
    private readonly TimeProvider _time;
    private readonly EntitySchema _schema;
    private readonly StoreGeneration _generation;
    private readonly StoreGeneration _consumers;
    private Shelf _shelf = new(-1);
    private OwnedShelf _owned = new(-1, -1);

    /// <summary>A lookup of the entity that <typeparamref name="T"/> declares.</summary>
    /// <param name="store">Where the rows are.</param>
    /// <param name="catalog">The declared entities.</param>
    /// <param name="time">The clock by which rows expire.</param>
    public StoreLookup(ConfigStore store, EntityCatalog catalog, TimeProvider time)
    {
        _store = store;
        _time = time;
        _schema = catalog.Of<T>();
        _generation = store.GenerationOf(_schema.Name);
        _consumers = store.GenerationOf(catalog.Of<Consumer>().Name);
    }

    /// <inheritdoc/>
    public T? ById(Guid id)
    {
        var shelf = CurrentShelf();
        if (shelf.Ids.Find(id) is { } cached)
        {
            return Alive(cached);
        }

        if (shelf.MissingIds.Find(id) is not null)
        {
            return null;
        }

        var found = _store.Read((Entity: _schema.Name, Id: id), static (store, asked) => store.Row<T>(asked.Entity, asked.Id));
        if (found is null)
        {
            shelf.MissingIds.Add(id, Shelf.Missing);
            return null;
        }

        shelf.Ids.Add(id, found);
        return Alive(found);
    }

    /// <inheritdoc/>
    public T? ByUnique(string field, string value) => FindUnique(field, value) is { } found ? Alive(found) : null;

    /// <inheritdoc/>
    public Owned<T>? WithOwner(string field, string value, Func<T, Guid> owner, ILookup<Consumer> consumers)
    {
        // Both were looked up before: to find them again one after the other would be twice as many misses of the processor's caches.
        var shelf = CurrentOwned();
        if (shelf.Found.Find((field, value)) is { } cached)
        {
            ProcessorCache.Fetch(cached.Entity);
            ProcessorCache.Fetch(cached.Owner);
            return cached;
        }

        if (FindUnique(field, value) is not { } found || Alive(found) is not { } entity)
        {
            return null;
        }

        var owned = new Owned<T>(entity, consumers.ById(owner(entity)));
        if (found.Expires is 0 && owned.Owner is not null)
        {
            shelf.Found.Add((field, value), owned);
        }

        return owned;
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> ByForeign(string field, Guid id)
    {
        var shelf = CurrentShelf();
        var found = shelf.Foreigns.Find((field, id));
        if (found is null)
        {
            found = _store.Read((Entity: _schema.Name, field, id), static (store, asked) =>
                store.Foreign(asked.Entity, asked.field, asked.id).Select(row => store.Row<T>(asked.Entity, row)).OfType<ConfigStore.Found<T>>().ToArray());
            shelf.Foreigns.Add((field, id), found);
        }

        return found.Length is 0 ? [] : [.. found.Select(Alive).OfType<T>()];
    }

    private ConfigStore.Found<T>? FindUnique(string field, string value)
    {
        var shelf = CurrentShelf();
        if (shelf.Uniques.Find((field, value)) is { } cached)
        {
            return cached;
        }

        if (shelf.MissingUniques.Find((field, value)) is not null)
        {
            return null;
        }

        var workspace = _store.Current?.DefaultWorkspace ?? ConfigDefaults.Workspace;
        var found = _store.Read((Entity: _schema.Name, field, workspace, value), static (store, asked) =>
            store.Unique(asked.Entity, asked.field, asked.workspace, asked.value) is { } id ? store.Row<T>(asked.Entity, id) : null);
        if (found is not null)
        {
            shelf.Uniques.Add((field, value), found);
        }
        else if (value.Length <= LongestCachedMiss)
        {
            shelf.MissingUniques.Add((field, value), Shelf.Missing);
        }

        return found;
    }

    private T? Alive(ConfigStore.Found<T> found) =>
        found.Expires is 0 || found.Expires > _time.GetUtcNow().ToUnixTimeSeconds() ? found.Row : null;

    /// <summary>The cache of the present state of the collection; what an older one held is dropped whole.</summary>
    private Shelf CurrentShelf()
    {
        var shelf = Volatile.Read(ref _shelf);
        var generation = _generation.Value;
        if (shelf.Generation == generation)
        {
            return shelf;
        }

        // A reader that began under the old configuration still fills the shelf it took, and that one nobody asks any more.
        var fresh = new Shelf(generation);
        return Interlocked.CompareExchange(ref _shelf, fresh, shelf) == shelf ? fresh : Volatile.Read(ref _shelf);
    }

    private OwnedShelf CurrentOwned()
    {
        var shelf = Volatile.Read(ref _owned);
        var (generation, consumers) = (_generation.Value, _consumers.Value);
        if (shelf.Generation == generation && shelf.Consumers == consumers)
        {
            return shelf;
        }

        var fresh = new OwnedShelf(generation, consumers);
        return Interlocked.CompareExchange(ref _owned, fresh, shelf) == shelf ? fresh : Volatile.Read(ref _owned);
    }

    private sealed class OwnedShelf(long generation, long consumers)
    {
        public long Generation => generation;

        public long Consumers => consumers;

        public LookupCache<(string Field, string Value), Owned<T>> Found { get; } = new(Capacity);
    }

    private sealed class Shelf(long generation)
    {
        public static readonly object Missing = new();

        public long Generation => generation;

        public LookupCache<Guid, ConfigStore.Found<T>> Ids { get; } = new(Capacity);

        public LookupCache<(string Field, string Value), ConfigStore.Found<T>> Uniques { get; } = new(Capacity);

        public LookupCache<(string Field, Guid Id), ConfigStore.Found<T>[]> Foreigns { get; } = new(Capacity);

        public LookupCache<Guid, object> MissingIds { get; } = new(MissCapacity);

        public LookupCache<(string Field, string Value), object> MissingUniques { get; } = new(MissCapacity);
    }
}
