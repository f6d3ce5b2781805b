using Gateway.Sync;
using Gateway.Sync.Rpc;

namespace Gateway.DataPlane.Sync;

/// <summary>The configuration of this plane as those see it who bring it up to date.</summary>
/// <param name="InUse">The hash of the configuration in use: what was kept from before the start, or zeros.</param>
/// <param name="Apply">Puts a whole configuration to use; called one at a time.</param>
public sealed record PlaneConfiguration(Func<string> InUse, Func<Reconfigure, CancellationToken, ValueTask<ApplyOutcome>> Apply)
{
    /// <summary>The version in use, when it came change by change; zeros otherwise.</summary>
    public Func<string> Version { get; init; } = static () => ConfigHashes.Zeros;

    /// <summary>Puts changes to use, all or none; called one at a time. Null on a plane that takes whole configurations only.</summary>
    public Func<SyncDeltas, CancellationToken, ValueTask<ApplyOutcome>>? ApplyChanges { get; init; }
}
