namespace Gateway.ControlPlane.Store;

/// <summary>How much of its past the store remembers.</summary>
public sealed record StoreOptions
{
    /// <summary>How long the change log keeps a change (<c>cluster_change_log_age</c>); a data plane that was away longer gets everything anew.</summary>
    public TimeSpan ChangeLogAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How many changes the change log keeps at most (<c>cluster_change_log_size</c>); in memory each takes about 150 bytes.</summary>
    public int ChangeLogSize { get; init; } = 100_000;
}
