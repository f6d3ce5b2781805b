using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Common.Redis;

/// <summary>How a Redis server is reached.</summary>
public record RedisServer
{
    /// <summary>The host.</summary>
    [Host] public string? Host { get; init; }

    /// <summary>The port.</summary>
    [Port] public int? Port { get; init; } = 6379;

    /// <summary>How long a command may take, in milliseconds.</summary>
    [Between(0, 2147483646)] public int? Timeout { get; init; } = 2000;

    /// <summary>The user to sign in as.</summary>
    [Referenceable] public string? Username { get; init; }

    /// <summary>The password to sign in with.</summary>
    [MinLength(0), Encrypted, Referenceable] public string? Password { get; init; }

    /// <summary>The number of the database.</summary>
    public int? Database { get; init; } = 0;

    /// <summary>Whether the connection is TLS.</summary>
    [Shows(Shown.NotRequired)] public bool? Ssl { get; init; } = false;

    /// <summary>Whether the server's certificate is verified.</summary>
    [Shows(Shown.NotRequired)] public bool? SslVerify { get; init; } = false;

    /// <summary>The server name of the TLS handshake.</summary>
    [ServerName(wildcard: false), Shows(Shown.NotRequired)] public string? ServerName { get; init; }

    /// <summary>The names that these settings had directly in a plugin's configuration.</summary>
    /// <param name="plugin">The plugin's name.</param>
    public static IReadOnlyList<Shorthand> OldNames(string plugin) =>
    [
        Shorthand.Deprecated(plugin, "redis_host", FieldType.String, "redis", "host"),
        Shorthand.Deprecated(plugin, "redis_port", FieldType.Integer, "redis", "port"),
        Shorthand.Deprecated(
            plugin, "redis_password", new FieldSchema { Type = FieldType.String, Rules = [new LengthRule(LengthKind.AtLeast, 0)] }, "redis", "password"),
        Shorthand.Deprecated(plugin, "redis_username", FieldType.String, "redis", "username"),
        Shorthand.Deprecated(plugin, "redis_ssl", FieldType.Boolean, "redis", "ssl"),
        Shorthand.Deprecated(plugin, "redis_ssl_verify", FieldType.Boolean, "redis", "ssl_verify"),
        Shorthand.Deprecated(plugin, "redis_server_name", FieldType.String, "redis", "server_name"),
        Shorthand.Deprecated(plugin, "redis_timeout", FieldType.Integer, "redis", "timeout"),
        Shorthand.Deprecated(plugin, "redis_database", FieldType.Integer, "redis", "database"),
    ];
}
