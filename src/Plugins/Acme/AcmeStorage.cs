using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>Where certificates and challenges may be kept.</summary>
public sealed record AcmeStorage
{
    /// <summary>The node's memory.</summary>
    public SharedMemoryStorage Shm { get; init; } = new();

    /// <summary>The database.</summary>
    public DatabaseStorage Kong { get; init; } = new();

    /// <summary>A Redis server.</summary>
    public RedisStorage Redis { get; init; } = new();

    /// <summary>A Consul server.</summary>
    public ConsulStorage Consul { get; init; } = new();

    /// <summary>A Vault server.</summary>
    public VaultStorage Vault { get; init; } = new();
}
