using System.Data.Common;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>One transaction: rows are read and written, and every write leaves its entry in the change log.</summary>
internal sealed class DatabaseSession(GatewayDbContext context, EntityTables tables, Guid workspace, TimeProvider time, CancellationToken cancellation)
    : StoreSession(tables, workspace, time, cancellation)
{
    /// <inheritdoc/>
    public override Task<RowPage> PageAsync(EntityTable table, PageRequest request, ListOrder order, ListPosition? after) => Lists.PageAsync(table, request, order, after);

    /// <summary>Whether searches of a kind have their index.</summary>
    public Task<bool> HasSearchIndexAsync(EntityTable table) => Lists.HasIndexAsync(ListIndexes.SearchIndex(table));

    private ListReader Lists => new(context, Tables, Workspace, Time, Cancellation);

    /// <inheritdoc/>
    public override async Task AddAsync(EntityTable table, JsonObject entity, DateTime? expiry)
    {
        var row = table.ToRow(entity, Workspace, expiry);
        context.Rows(table).Add(row);
        Record(table, row);
        await SaveAsync();
    }

    /// <inheritdoc/>
    public override async Task ReplaceAsync(EntityTable table, JsonObject entity, DateTime? expiry)
    {
        var row = table.ToRow(entity, Workspace, expiry);
        var entry = context.Rows(table).Update(row);
        foreach (var property in entry.Properties.Where(p => !row.ContainsKey(p.Metadata.Name)))
        {
            // A field of a feature that this node does not have stays what it is.
            property.IsModified = false;
        }

        Record(table, row);
        await SaveAsync();
    }

    /// <summary>Makes or replaces many rows of a kind, with two statements however many they are.</summary>
    /// <returns>What the database refused, or null; the transaction is of no use then.</returns>
    public async Task<StoreError?> SaveAllAsync(EntityTable table, IReadOnlyList<(JsonObject Entity, DateTime? Expiry)> entities)
    {
        HasWritten = true;
        var rows = entities.Select(e => table.ToRow(e.Entity, Workspace, e.Expiry)).ToList();
        try
        {
            if (await BulkRows.WriteAsync(context, table, rows, Cancellation) < rows.Count)
            {
                return StoreError.Refused("an entity with one of these ids belongs to another workspace");
            }

            await BulkRows.RecordAsync(context, table, rows, table.Schema.Workspaceable ? Workspace : null, Cancellation);
            return null;
        }
        catch (PostgresException e) when (e.SqlState[..2] is "22" or "23" or "54")
        {
            return BulkRows.Refusal(e, table);
        }
    }

    /// <inheritdoc/>
    public override async Task RemoveAsync(EntityTable table, Guid id)
    {
        await RecordCascadeAsync(table, [id]);
        RecordDeleted(table, id);
        await SaveAsync();
        await context.Rows(table).Where(r => EF.Property<Guid>(r, "id") == id).ExecuteDeleteAsync(Cancellation);
    }

    /// <inheritdoc/>
    public override async Task<T> AttemptAsync<T>(Func<Task<T>> work)
    {
        const string Name = "attempt";
        var transaction = context.Database.CurrentTransaction!;
        await transaction.CreateSavepointAsync(Name, Cancellation);
        try
        {
            return await work();
        }
        catch (DbException)
        {
            await transaction.RollbackToSavepointAsync(Name, Cancellation);
            throw;
        }
    }

    private async Task RecordCascadeAsync(EntityTable table, IReadOnlyList<Guid> ids)
    {
        foreach (var child in Tables.Children(table.Name).Where(k => k.Cascades))
        {
            var rows = context.Rows(child.Table).AsNoTracking();
            var field = child.Column.Field;
            rows = child.Column.Required
                ? rows.Where(r => ids.Contains(EF.Property<Guid>(r, field)))
                : rows.Where(r => EF.Property<Guid?>(r, field) != null && ids.Contains(EF.Property<Guid?>(r, field)!.Value));
            var going = await rows.Select(r => EF.Property<Guid>(r, "id")).ToListAsync(Cancellation);
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
        Workspace = table.Schema.Workspaceable ? Workspace : null,
        Operation = "upsert",
        Body = table.ToEntity(row, null).ToJsonString(Wire.Options),
    });

    private void RecordDeleted(EntityTable table, Guid id) => context.ChangeLog.Add(new ChangeLogEntry
    {
        Kind = table.Name,
        EntityId = id,
        Workspace = table.Schema.Workspaceable ? Workspace : null,
        Operation = "delete",
    });

    private async Task SaveAsync()
    {
        HasWritten = true;
        try
        {
            await context.SaveChangesAsync(Cancellation);
        }
        finally
        {
            // What was refused must not be sent again with the next write.
            context.ChangeTracker.Clear();
        }
    }

    /// <inheritdoc/>
    protected override IQueryable<Dictionary<string, object?>> All(EntityTable table) => context.Rows(table).AsNoTracking();

    /// <inheritdoc/>
    protected override async Task<Dictionary<string, object?>?> LockAsync(EntityTable table, Dictionary<string, object?> row)
    {
        var id = (Guid)row["id"]!;
        var sql = $"SELECT * FROM \"{table.Name}\" WHERE id = {{0}} FOR UPDATE";
        return await context.Rows(table).FromSqlRaw(sql, id).AsNoTracking().AsAsyncEnumerable().FirstOrDefaultAsync(Cancellation);
    }
}
