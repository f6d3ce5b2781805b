namespace Gateway.ControlPlane.Store;

/// <summary>A change as it stands in the log, written in the transaction that made it; what the entity has become is read from its own row.</summary>
internal sealed class ChangeLogEntry
{
    /// <summary>The number within the log; the order of two transactions is that of <see cref="Transaction"/> first.</summary>
    public long Sequence { get; init; }

    /// <summary>The transaction that made the change.</summary>
    public ulong Transaction { get; init; }

    public required string Kind { get; init; }

    public Guid EntityId { get; init; }

    public Guid? Workspace { get; init; }

    /// <summary><c>upsert</c> or <c>delete</c>.</summary>
    public required string Operation { get; init; }

    public DateTime At { get; init; }
}
