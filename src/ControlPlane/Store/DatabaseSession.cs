using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Reads rows, each statement seeing what is committed; from the first write or lock on everything is one transaction, and every write leaves its entry in the change log.</summary>
/// <param name="connection">An open connection, which nobody else uses in the meantime.</param>
/// <param name="transaction">A transaction that somebody else began and commits, or null.</param>
/// <param name="tables">The tables.</param>
/// <param name="workspace">The workspace.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellation">Gives up.</param>
internal sealed class DatabaseSession(
    NpgsqlConnection connection, NpgsqlTransaction? transaction, EntityTables tables, Guid workspace, TimeProvider time, CancellationToken cancellation)
    : StoreSession(tables, workspace, time, cancellation), IAsyncDisposable
{
    private readonly bool _isLent = transaction is not null;
    private NpgsqlTransaction? _transaction = transaction;
    private GatewayDbContext? _context;

    /// <summary>How long one statement may take; null for as long as a client waits.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Makes what was written last.</summary>
    public Task CommitAsync() => _transaction?.CommitAsync(Cancellation) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public override Task<RowPage> PageAsync(EntityTable table, PageRequest request, ListOrder order, ListPosition? after) => Lists.PageAsync(table, request, order, after);

    /// <summary>Whether searches of a kind have their index.</summary>
    public Task<bool> HasSearchIndexAsync(EntityTable table) => Lists.HasIndexAsync(ListIndexes.SearchIndex(table));

    /// <inheritdoc/>
    public override Task<StoredEntity> AddAsync(EntityTable table, JsonObject entity, DateTime? expiry)
    {
        var row = table.ToRow(entity, Workspace, expiry);
        return WriteAsync(table, table.Sql.Insert(row), row);
    }

    /// <inheritdoc/>
    public override Task<StoredEntity> ReplaceAsync(EntityTable table, JsonObject entity, DateTime? expiry)
    {
        var row = table.ToRow(entity, Workspace, expiry);
        return WriteAsync(table, table.Sql.Update(row), row);
    }

    /// <summary>Makes or replaces many rows of a kind, with two statements however many they are.</summary>
    /// <returns>What the database refused, or null; the transaction is of no use then.</returns>
    public async Task<StoreError?> SaveAllAsync(EntityTable table, IReadOnlyList<(JsonObject Entity, DateTime? Expiry)> entities)
    {
        var rows = entities.Select(e => table.ToRow(e.Entity, Workspace, e.Expiry)).ToList();
        var write = BulkRows.Write(table, rows);
        try
        {
            await using var batch = await BeginAsync();
            batch.BatchCommands.Add(write);
            batch.BatchCommands.Add(ChangeLog.Entry(table, [.. rows.Select(r => (Guid)r["id"]!)], Workspace, ChangeOperation.Upsert));
            await batch.ExecuteNonQueryAsync(Cancellation);
            return write.Rows < (ulong)rows.Count ? StoreError.Refused("an entity with one of these ids belongs to another workspace") : null;
        }
        catch (PostgresException e) when (e.SqlState[..2] is "22" or "23" or "54")
        {
            return BulkRows.Refusal(e, table);
        }
    }

    /// <inheritdoc/>
    public override async Task RemoveAsync(EntityTable table, Guid id)
    {
        var going = await CascadeAsync(table, [id]);
        await using var batch = await BeginAsync();
        foreach (var (kind, ids) in going)
        {
            batch.BatchCommands.Add(ChangeLog.Entry(kind, ids, Workspace, ChangeOperation.Delete));
        }

        batch.BatchCommands.Add(ChangeLog.Entry(table, [id], Workspace, ChangeOperation.Delete));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"DELETE FROM \"{table.Name}\" WHERE id = $1") { Parameters = { new() { Value = id } } });
        await batch.ExecuteNonQueryAsync(Cancellation);
    }

    /// <inheritdoc/>
    public override async Task<T> AttemptAsync<T>(Func<Task<T>> work)
    {
        const string Name = "attempt";
        if (!GoesOn)
        {
            return await work();
        }

        var transaction = await TransactionAsync();
        await transaction.SaveAsync(Name, Cancellation);
        try
        {
            var result = await work();
            await transaction.ReleaseAsync(Name, Cancellation);
            return result;
        }
        catch (PostgresException)
        {
            await transaction.RollbackAsync(Name, Cancellation);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
        {
            await _context.DisposeAsync();
        }

        if (!_isLent && _transaction is not null)
        {
            await _transaction.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    protected override IQueryable<Dictionary<string, object?>> All(EntityTable table) => Context.Rows(table).AsNoTracking();

    /// <inheritdoc/>
    protected override async Task<Dictionary<string, object?>?> FirstAsync(EntityTable table, EntityKey key, Parent? parent, bool locked)
    {
        await using var command = table.Sql.Select(key, parent, Workspace, Time.GetUtcNow().UtcDateTime, locked);
        command.Connection = connection;
        command.Transaction = locked ? await TransactionAsync() : _transaction;

        // A connection does it the first time only.
        await command.PrepareAsync(Cancellation);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        return await reader.ReadAsync(Cancellation) ? table.Sql.Read(reader) : null;
    }

    private GatewayDbContext Context
    {
        get
        {
            if (_context is null)
            {
                _context = Database.Context(connection, Limit);
                _context.Database.UseTransaction(_transaction);
            }

            return _context;
        }
    }

    private ListReader Lists => new(connection, _transaction, Tables, Workspace, Time, Cancellation);

    private async Task<StoredEntity> WriteAsync(EntityTable table, NpgsqlBatchCommand write, Dictionary<string, object?> row)
    {
        await using var batch = await BeginAsync();
        batch.BatchCommands.Add(write);
        batch.BatchCommands.Add(ChangeLog.Entry(table, [(Guid)row["id"]!], Workspace, ChangeOperation.Upsert));
        await batch.PrepareAsync(Cancellation);
        await using var reader = await batch.ExecuteReaderAsync(Cancellation);
        var stored = await reader.ReadAsync(Cancellation) ? table.Sql.Read(reader) : throw new InvalidOperationException($"A row of {table.Name} that was locked is gone.");

        // What a later statement of the batch says is heard only when it is come to.
        while (await reader.NextResultAsync(Cancellation))
        {
        }

        return new StoredEntity(table, stored, Time.GetUtcNow());
    }

    /// <summary>The rows that go with others, each kind after those that go with it.</summary>
    private async Task<List<(EntityTable Table, IReadOnlyCollection<Guid> Ids)>> CascadeAsync(EntityTable table, IReadOnlyCollection<Guid> ids)
    {
        var children = Tables.Children(table.Name).Where(k => k.Cascades).ToArray();
        if (children.Length is 0)
        {
            return [];
        }

        var found = new List<List<Guid>>();
        await using (var batch = new NpgsqlBatch(connection, await TransactionAsync()))
        {
            foreach (var child in children)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT id FROM \"{child.Table.Name}\" WHERE \"{child.Column.Name}\" = ANY($1)") { Parameters = { new() { Value = ids.ToArray() } } });
            }

            await using var reader = await batch.ExecuteReaderAsync(Cancellation);
            do
            {
                var rows = new List<Guid>();
                while (await reader.ReadAsync(Cancellation))
                {
                    rows.Add(reader.GetGuid(0));
                }

                found.Add(rows);
            }
            while (await reader.NextResultAsync(Cancellation));
        }

        List<(EntityTable Table, IReadOnlyCollection<Guid> Ids)> going = [];
        foreach (var (child, rows) in children.Zip(found).Where(c => c.Second.Count > 0))
        {
            going.AddRange(await CascadeAsync(child.Table, rows));
            going.Add((child.Table, rows));
        }

        return going;
    }

    private async Task<NpgsqlBatch> BeginAsync()
    {
        HasWritten = true;
        var batch = new NpgsqlBatch(connection, await TransactionAsync());
        batch.Timeout = Limit is { } limit ? (int)limit.TotalSeconds : batch.Timeout;
        return batch;
    }

    /// <summary>The transaction; the database hears of its beginning together with the first statement.</summary>
    private async ValueTask<NpgsqlTransaction> TransactionAsync()
    {
        if (_transaction is null)
        {
            _transaction = await connection.BeginTransactionAsync(Cancellation);
            _context?.Database.UseTransaction(_transaction);
        }

        return _transaction;
    }
}
