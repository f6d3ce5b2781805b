using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;

namespace Gateway.ControlPlane.Store.Memory;

/// <summary>Reads one state of the rows in memory; nothing can be written.</summary>
internal sealed class MemorySession(MemoryRows rows, EntityTables tables, Guid workspace, TimeProvider time, CancellationToken cancellation)
    : StoreSession(tables, workspace, time, cancellation)
{
    private static readonly Dictionary<StoreWrite, string> _words = new()
    {
        [StoreWrite.Insert] = "create",
        [StoreWrite.Upsert] = "create or update",
        [StoreWrite.Update] = "update",
        [StoreWrite.Delete] = "remove",
    };

    /// <inheritdoc/>
    public override StoreError? Refusal(StoreWrite write, EntityTable table, EntityKey? key) =>
        StoreError.Unsupported($"cannot {_words[write]} '{table.Name}' entities{(key is { IsId: false } named ? $" by '{named.Field}'" : string.Empty)} when not using a database");

    /// <inheritdoc/>
    public override Task<RowPage> PageAsync(EntityTable table, PageRequest request, ListOrder order, ListPosition? after) => new MemoryList(this).PageAsync(table, request, order, after);

    /// <inheritdoc/>
    public override Task<StoredEntity> AddAsync(EntityTable table, JsonObject entity, DateTime? expiry) => throw ReadOnly();

    /// <inheritdoc/>
    public override Task<StoredEntity> ReplaceAsync(EntityTable table, JsonObject entity, DateTime? expiry) => throw ReadOnly();

    /// <inheritdoc/>
    public override Task RemoveAsync(EntityTable table, Guid id) => throw ReadOnly();

    /// <inheritdoc/>
    public override Task<T> AttemptAsync<T>(Func<Task<T>> work) => work();

    /// <inheritdoc/>
    protected override IQueryable<Dictionary<string, object?>> All(EntityTable table) => MemoryQueries.Of(rows.All(table.Name));

    /// <inheritdoc/>
    protected override Task<Dictionary<string, object?>?> FirstAsync(EntityTable table, EntityKey key, Parent? parent, bool locked)
    {
        var now = Time.GetUtcNow().UtcDateTime;
        var candidates = !key.IsId ? rows.All(table.Name).Where(r => r.GetValueOrDefault(key.Field) is string text && text == key.Value)
            : rows.Find(table.Name, key.Id) is { } one ? [one]
            : [];
        return Task.FromResult(candidates.FirstOrDefault(r => (!table.Schema.Workspaceable || (Guid)r[EntityTable.Workspace]! == Workspace)
            && (parent is null || r.GetValueOrDefault(parent.Field) is Guid id && id == parent.Id)
            && (r.GetValueOrDefault(EntityTable.Expiry) is not DateTime expiry || expiry > now)));
    }

    private static InvalidOperationException ReadOnly() => new("what is written without a database must be refused before");
}
