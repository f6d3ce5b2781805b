using Gateway.Sync;

namespace Gateway.DataPlane.Config;

/// <summary>Which configuration a data plane serves, and whether that makes it ready.</summary>
/// <param name="Hash">The hash of the configuration in use; 32 zeros when it is empty.</param>
/// <param name="Loaded">Whether a configuration, be it an empty one, was compiled since the start.</param>
/// <param name="Since">When it was put to use.</param>
/// <param name="LastRejection">Why the newest configuration was refused, or null when it was taken.</param>
public sealed record ConfigState(string Hash, bool Loaded, DateTimeOffset Since, string? LastRejection)
{
    /// <summary>Why the plane is not ready to serve, in the words of <c>/status/ready</c>, or null when it is.</summary>
    public string? NotReadyReason =>
        !Loaded ? "no configuration available (configuration hash is not initialized)"
        : Hash == ConfigHashes.Zeros ? "no configuration available (empty configuration present)"
        : null;
}
