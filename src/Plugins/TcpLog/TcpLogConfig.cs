using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.TcpLog;

/// <summary>Where log entries go.</summary>
public sealed record TcpLogConfig : IPluginConfig<TcpLogConfig>
{
    /// <summary>The host.</summary>
    [Host] public required string Host { get; init; }

    /// <summary>The port.</summary>
    [Port] public required int Port { get; init; }

    /// <summary>How long sending may take, in milliseconds.</summary>
    public double? Timeout { get; init; } = 10000;

    /// <summary>How long an idle connection is kept, in milliseconds.</summary>
    public double? Keepalive { get; init; } = 60000;

    /// <summary>Whether the connection is TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>The server name of the TLS handshake.</summary>
    public string? TlsSni { get; init; }

    /// <summary>Fields that are added to the log entry, by name; each is what a piece of Lua returns.</summary>
    [MinLength(1, On = Level.Keys), MinLength(1, On = Level.Values)] public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }
}
