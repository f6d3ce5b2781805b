namespace Gateway.ControlPlane.Store.Memory;

/// <summary>Runs work on the rows in memory: each piece of work sees one state of them.</summary>
internal sealed class MemoryRunner(EntityTables tables, MemoryStore store, TimeProvider time) : StoreRunner(tables)
{
    /// <inheritdoc/>
    public override async Task<Outcome<T>> RunAsync<T>(Func<StoreSession, Task<Outcome<T>>> work, CancellationToken cancellation, TimeSpan? limit = null, string? workspace = null)
    {
        var rows = store.Rows;
        return rows.WorkspaceOf(workspace) is { } id
            ? await work(new MemorySession(rows, Tables, id, time, cancellation))
            : StoreError.NotThere with { Message = $"Workspace '{workspace}' not found" };
    }
}
