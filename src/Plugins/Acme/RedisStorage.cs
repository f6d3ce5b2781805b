using Gateway.Plugins.Common.Redis;
using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>A Redis server as a storage.</summary>
public sealed record RedisStorage : RedisServer, IDeclared<RedisStorage>
{
    /// <summary>What the plugin does with the server.</summary>
    public RedisStorageOptions ExtraOptions { get; init; } = new();

    static IReadOnlyList<Shorthand> IDeclared<RedisStorage>.Shorthands =>
    [
        Renamed("auth", FieldType.String, 0, "password"),
        Renamed("ssl_server_name", FieldType.String, null, "server_name"),
        Renamed("namespace", FieldType.String, 0, "extra_options", "namespace"),
        Renamed("scan_count", FieldType.Integer, null, "extra_options", "scan_count"),
    ];

    private static Shorthand Renamed(string name, FieldType type, int? shortest, params string[] path) =>
        Shorthand.Deprecated("acme", name, new FieldSchema { Type = type, Rules = shortest is { } length ? [new LengthRule(LengthKind.AtLeast, length)] : [] }, "storage_config.redis.", path);
}
