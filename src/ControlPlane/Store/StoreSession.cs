using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store;

/// <summary>What writes do to an entity.</summary>
internal enum StoreWrite
{
    Insert,
    Upsert,
    Update,
    Delete,
}

/// <summary>One look at the rows of a workspace, and what is written to them together.</summary>
internal abstract class StoreSession(EntityTables tables, Guid workspace, TimeProvider time, CancellationToken cancellation)
{
    public EntityTables Tables => tables;

    public TimeProvider Time => time;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Whether more is done after a write that was refused, so that all that can be refused is.</summary>
    public bool GoesOn { get; set; }

    /// <summary>Whether work that meets another writer is not begun again.</summary>
    public bool IsLastAttempt { get; init; }

    /// <summary>Says that work of many steps has come a step further, so that the time that it may take begins anew.</summary>
    public Action Advanced { get; init; } = static () => { };

    /// <summary>Whether what is sent is in the form in which it is kept already, such as the hash of a password.</summary>
    public bool IsTransformed { get; set; }

    /// <summary>Whether anything was written.</summary>
    public bool HasWritten { get; protected set; }

    protected Guid Workspace => workspace;

    /// <summary>Why a write that is otherwise right cannot be made here, or null.</summary>
    public virtual StoreError? Refusal(StoreWrite write, EntityTable table, EntityKey? key) => null;

    /// <summary>The rows of a kind in this workspace that have not expired.</summary>
    public IQueryable<Dictionary<string, object?>> Rows(EntityTable table)
    {
        var rows = All(table);
        if (table.Schema.Workspaceable)
        {
            rows = rows.Where(r => EF.Property<Guid>(r, EntityTable.Workspace) == workspace);
        }

        var now = time.GetUtcNow().UtcDateTime;
        return table.Schema.Ttl ? rows.Where(r => EF.Property<DateTime?>(r, EntityTable.Expiry) == null || EF.Property<DateTime?>(r, EntityTable.Expiry) > now) : rows;
    }

    /// <summary>The row that a key names, below a parent when one is given; a locked row waits for other writers and holds them off.</summary>
    public async Task<StoredEntity?> FindAsync(EntityTable table, EntityKey key, Parent? parent = null, bool locked = false)
    {
        var row = await FirstAsync(table, key, parent, locked);
        return row is null ? null : new StoredEntity(table, row, time.GetUtcNow());
    }

    public static IQueryable<Dictionary<string, object?>> Below(IQueryable<Dictionary<string, object?>> rows, EntityTable table, Parent parent)
    {
        var (field, id) = parent;
        return table.Columns.First(c => c.Field == field).Required
            ? rows.Where(r => EF.Property<Guid>(r, field) == id)
            : rows.Where(r => EF.Property<Guid?>(r, field) == id);
    }

    /// <summary>The links of a row, to all others or to one.</summary>
    public Task<List<Guid>> LinksAsync(EntityTable table, PageThrough through, Guid? to)
    {
        var (_, near, far, id) = through;
        var rows = Rows(table).Where(l => EF.Property<Guid>(l, near) == id);
        rows = to is { } other ? rows.Where(l => EF.Property<Guid>(l, far) == other) : rows;
        return rows.Select(l => EF.Property<Guid>(l, "id")).ToListAsync(cancellation);
    }

    /// <summary>The rows of a list after a position.</summary>
    public abstract Task<RowPage> PageAsync(EntityTable table, PageRequest request, ListOrder order, ListPosition? after);

    /// <summary>Whether any row belongs to a workspace.</summary>
    public async Task<bool> IsInUseAsync(Guid workspace)
    {
        foreach (var table in tables.All.Where(t => t.Schema.Workspaceable))
        {
            if (await All(table).AnyAsync(r => EF.Property<Guid>(r, EntityTable.Workspace) == workspace, cancellation))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes a row, and returns it as it is kept.</summary>
    public abstract Task<StoredEntity> AddAsync(EntityTable table, JsonObject entity, DateTime? expiry);

    /// <summary>Replaces a row, which was found locked, and returns it as it is kept.</summary>
    public abstract Task<StoredEntity> ReplaceAsync(EntityTable table, JsonObject entity, DateTime? expiry);

    /// <summary>Deletes a row; those that go with it are written to the log too.</summary>
    public abstract Task RemoveAsync(EntityTable table, Guid id);

    /// <summary>Does work whose writes are taken back when one of them is refused, so that a session that goes on can do so.</summary>
    public abstract Task<T> AttemptAsync<T>(Func<Task<T>> work);

    /// <summary>The rows of a kind in all workspaces.</summary>
    protected abstract IQueryable<Dictionary<string, object?>> All(EntityTable table);

    /// <summary>The first row that a key names, or null; locked, it is held for this session alone.</summary>
    protected abstract Task<Dictionary<string, object?>?> FirstAsync(EntityTable table, EntityKey key, Parent? parent, bool locked);
}

/// <summary>A row that was read: as the database keeps it, and as the Admin API shows it.</summary>
internal sealed class StoredEntity(EntityTable table, IReadOnlyDictionary<string, object?> row, DateTimeOffset now)
{
    public Guid Id { get; } = (Guid)row["id"]!;

    public DateTime? Expiry { get; } = row.GetValueOrDefault(EntityTable.Expiry) as DateTime?;

    public JsonObject Entity { get; } = table.ToEntity(row, now);

    /// <summary>The entity without what stands beside its declared fields.</summary>
    public JsonObject Declared
    {
        get
        {
            var declared = (JsonObject)Entity.DeepClone();
            if (table.Schema.Ttl)
            {
                declared.Remove(EntityTable.Expiry);
            }

            return declared;
        }
    }
}
