using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>A Consul server as a storage.</summary>
public sealed record ConsulStorage
{
    /// <summary>Whether the connection is TLS.</summary>
    public bool? Https { get; init; } = false;

    /// <summary>The host.</summary>
    [Host] public string? Host { get; init; }

    /// <summary>The port.</summary>
    [Port] public int? Port { get; init; }

    /// <summary>The path below which values are kept.</summary>
    public string? KvPath { get; init; }

    /// <summary>How long a request may take, in milliseconds.</summary>
    public double? Timeout { get; init; }

    /// <summary>The token to sign in with.</summary>
    [Referenceable] public string? Token { get; init; }
}
