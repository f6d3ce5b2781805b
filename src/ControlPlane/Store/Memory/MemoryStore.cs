namespace Gateway.ControlPlane.Store.Memory;

/// <summary>Holds the rows of a node without a database.</summary>
internal sealed class MemoryStore(EntityTables tables, TimeProvider time)
{
    private MemoryRows _rows = new(tables, [], time.GetUtcNow());

    /// <summary>The rows in use.</summary>
    public MemoryRows Rows => Volatile.Read(ref _rows);

    /// <summary>Makes rows, without using them yet.</summary>
    public MemoryRows Prepare(IEnumerable<MemoryRow> rows) => new(tables, rows, time.GetUtcNow());

    /// <summary>Puts rows to use.</summary>
    public void Use(MemoryRows rows) => Volatile.Write(ref _rows, rows);
}
