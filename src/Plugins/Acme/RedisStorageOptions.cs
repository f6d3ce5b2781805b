using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>What the plugin does with a Redis server.</summary>
public sealed record RedisStorageOptions
{
    /// <summary>What all keys begin with.</summary>
    [MinLength(0), StorageNamespace] public string Namespace { get; init; } = "";

    /// <summary>How many keys one step of a listing returns.</summary>
    [Shows(Shown.NotRequired)] public double? ScanCount { get; init; } = 10;
}
