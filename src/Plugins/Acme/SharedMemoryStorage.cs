using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>The node's memory as a storage.</summary>
public sealed record SharedMemoryStorage
{
    /// <summary>The name of the shared memory.</summary>
    [SharedMemoryName] public string? ShmName { get; init; } = "kong";
}
