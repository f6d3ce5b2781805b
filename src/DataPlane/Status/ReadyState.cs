using Gateway.DataPlane.Config;
using Gateway.Sync;

namespace Gateway.DataPlane.Status;

/// <summary>Whether this node wants requests.</summary>
/// <param name="current">The configuration in use.</param>
internal sealed class ReadyState(CurrentSnapshot current)
{
    private volatile bool _draining;

    /// <summary>The hash of the configuration in use.</summary>
    public string Hash => current.Value.Hashes.Config;

    /// <summary>Why it does not, or null when it does.</summary>
    public string? Reason => _draining ? "draining"
        : ReferenceEquals(current.Value, GatewaySnapshot.Empty) ? "no configuration available (configuration hash is not initialized)"
        : Hash == ConfigHashes.Zeros ? "no configuration available (empty configuration present)"
        : null;

    /// <summary>Sends load balancers away until the node is restarted.</summary>
    public void Drain() => _draining = true;
}
