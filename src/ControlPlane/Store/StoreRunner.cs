using Gateway.Entities;

namespace Gateway.ControlPlane.Store;

/// <summary>Runs work on the rows, wherever they are kept; what cannot be done comes back as a value.</summary>
internal abstract class StoreRunner(EntityTables tables)
{
    /// <summary>Whether the last use of the rows failed for reasons of their keeper.</summary>
    public virtual bool IsDown => false;

    public EntityCatalog Catalog => tables.Catalog;

    protected EntityTables Tables => tables;

    /// <summary>Runs work that is done as a whole or not at all.</summary>
    /// <param name="work">The work; an error takes back what it wrote.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="limit">How long it may take, from its last step that it told of on; null for as long as a client waits.</param>
    /// <param name="workspace">The workspace's name; null for the default one.</param>
    public abstract Task<Outcome<T>> RunAsync<T>(Func<StoreSession, Task<Outcome<T>>> work, CancellationToken cancellation, TimeSpan? limit = null, string? workspace = null);

    /// <summary>Does work that only reads; what it finds may be older than what other nodes have written, never than what this one has.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="limit">How long it may take; null for as long as a client waits.</param>
    /// <param name="workspace">The workspace's name; null for the default one.</param>
    public virtual Task<Outcome<T>> ReadAsync<T>(Func<StoreSession, Task<Outcome<T>>> work, CancellationToken cancellation, TimeSpan? limit = null, string? workspace = null) =>
        RunAsync(work, cancellation, limit, workspace);
}
