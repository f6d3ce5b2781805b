using Gateway.DataPlane.Config;
using Gateway.Sync;

namespace Gateway.DataPlane.Status;

/// <summary>Whether this node wants requests.</summary>
/// <param name="current">The configuration in use.</param>
/// <param name="applier">Who put it to use, on a node that keeps configurations.</param>
internal sealed class ReadyState(CurrentSnapshot current, ConfigApplier? applier = null)
{
    private volatile bool _draining;
    private volatile bool _closing;

    /// <summary>The hash of the configuration in use.</summary>
    public string Hash => applier?.CurrentHash ?? current.Value.Hashes.Config;

    /// <summary>Why it does not, or null when it does.</summary>
    public string? Reason => _draining ? "draining"
        : applier is not null ? applier.State.NotReadyReason
        : ReferenceEquals(current.Value, GatewaySnapshot.Empty) ? "no configuration available (configuration hash is not initialized)"
        : Hash == ConfigHashes.Zeros ? "no configuration available (empty configuration present)"
        : null;

    /// <summary>Whether connections are told to close with their next answer, because the node is about to stop.</summary>
    public bool IsClosing => _closing;

    /// <summary>Sends load balancers away, and clients to other nodes.</summary>
    public void Close() => _draining = _closing = true;

    /// <summary>Sends load balancers away until the node is restarted.</summary>
    public void Drain() => _draining = true;
}
