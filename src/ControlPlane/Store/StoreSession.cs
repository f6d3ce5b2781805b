using System.Data.Common;
using System.Text.Json.Nodes;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store;

/// <summary>One transaction: rows are read and written, and every write leaves its entry in the change log.</summary>
internal sealed class StoreSession(GatewayDbContext context, EntityTables tables, Guid workspace, TimeProvider time, CancellationToken cancellation)
{
    public EntityTables Tables => tables;

    public TimeProvider Time => time;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Whether work that meets another writer is not begun again.</summary>
    public bool IsLastAttempt { get; init; }

    /// <summary>Whether what is sent is in the form in which it is kept already, such as the hash of a password.</summary>
    public bool IsTransformed { get; set; }

    /// <summary>Whether anything was written.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>The rows of a kind in this workspace that have not expired.</summary>
    public IQueryable<Dictionary<string, object?>> Rows(EntityTable table)
    {
        var rows = context.Rows(table).AsNoTracking();
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
        var rows = key.IsId
            ? Rows(table).Where(r => EF.Property<Guid>(r, "id") == key.Id)
            : Rows(table).Where(r => EF.Property<string>(r, key.Field) == key.Value);
        if (parent is not null)
        {
            rows = Below(rows, table, parent);
        }

        var row = await rows.OrderBy(r => EF.Property<Guid>(r, "id")).FirstOrDefaultAsync(cancellation);
        if (row is null || !locked)
        {
            return row is null ? null : new StoredEntity(table, row, time.GetUtcNow());
        }

        var id = (Guid)row["id"]!;
        var sql = $"SELECT * FROM \"{table.Name}\" WHERE id = {{0}} FOR UPDATE";
        row = await context.Rows(table).FromSqlRaw(sql, id).AsNoTracking().AsAsyncEnumerable().FirstOrDefaultAsync(cancellation);
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

    /// <summary>Whether any row belongs to a workspace.</summary>
    public async Task<bool> IsInUseAsync(Guid workspace)
    {
        foreach (var table in tables.All.Where(t => t.Schema.Workspaceable))
        {
            if (await context.Rows(table).AnyAsync(r => EF.Property<Guid>(r, EntityTable.Workspace) == workspace, cancellation))
            {
                return true;
            }
        }

        return false;
    }

    public async Task AddAsync(EntityTable table, JsonObject entity, DateTime? expiry)
    {
        var row = table.ToRow(entity, workspace, expiry);
        context.Rows(table).Add(row);
        Record(table, row);
        await SaveAsync();
    }

    public async Task ReplaceAsync(EntityTable table, JsonObject entity, DateTime? expiry)
    {
        var row = table.ToRow(entity, workspace, expiry);
        var entry = context.Rows(table).Update(row);
        foreach (var property in entry.Properties.Where(p => !row.ContainsKey(p.Metadata.Name)))
        {
            // A field of a feature that this node does not have stays what it is.
            property.IsModified = false;
        }

        Record(table, row);
        await SaveAsync();
    }

    /// <summary>Deletes a row; those that go with it are written to the log too.</summary>
    public async Task RemoveAsync(EntityTable table, Guid id)
    {
        await RecordCascadeAsync(table, [id]);
        RecordDeleted(table, id);
        await SaveAsync();
        await context.Rows(table).Where(r => EF.Property<Guid>(r, "id") == id).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>Does work whose writes are taken back when the database refuses one of them, so that the transaction can go on.</summary>
    public async Task<T> AttemptAsync<T>(Func<Task<T>> work)
    {
        const string Name = "attempt";
        var transaction = context.Database.CurrentTransaction!;
        await transaction.CreateSavepointAsync(Name, cancellation);
        try
        {
            return await work();
        }
        catch (DbException)
        {
            await transaction.RollbackToSavepointAsync(Name, cancellation);
            throw;
        }
    }

    private async Task RecordCascadeAsync(EntityTable table, IReadOnlyList<Guid> ids)
    {
        foreach (var child in tables.Children(table.Name).Where(k => k.Cascades))
        {
            var rows = context.Rows(child.Table).AsNoTracking();
            var field = child.Column.Field;
            rows = child.Column.Required
                ? rows.Where(r => ids.Contains(EF.Property<Guid>(r, field)))
                : rows.Where(r => EF.Property<Guid?>(r, field) != null && ids.Contains(EF.Property<Guid?>(r, field)!.Value));
            var going = await rows.Select(r => EF.Property<Guid>(r, "id")).ToListAsync(cancellation);
            if (going.Count > 0)
            {
                await RecordCascadeAsync(child.Table, going);
                going.ForEach(id => RecordDeleted(child.Table, id));
            }
        }
    }

    private void Record(EntityTable table, Dictionary<string, object?> row) => context.ChangeLog.Add(new ChangeLogEntry
    {
        Kind = table.Name,
        EntityId = (Guid)row["id"]!,
        Workspace = table.Schema.Workspaceable ? workspace : null,
        Operation = "upsert",
        Body = table.ToEntity(row, null).ToJsonString(Wire.Options),
    });

    private void RecordDeleted(EntityTable table, Guid id) => context.ChangeLog.Add(new ChangeLogEntry
    {
        Kind = table.Name,
        EntityId = id,
        Workspace = table.Schema.Workspaceable ? workspace : null,
        Operation = "delete",
    });

    private async Task SaveAsync()
    {
        HasWritten = true;
        try
        {
            await context.SaveChangesAsync(cancellation);
        }
        finally
        {
            // What was refused must not be sent again with the next write.
            context.ChangeTracker.Clear();
        }
    }
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
