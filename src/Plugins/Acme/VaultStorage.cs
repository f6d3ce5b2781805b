using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>A Vault server as a storage.</summary>
public sealed record VaultStorage
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

    /// <summary>Whether the server's certificate is verified.</summary>
    public bool? TlsVerify { get; init; } = true;

    /// <summary>The server name of the TLS handshake.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>How to sign in.</summary>
    [OneOf("token", "kubernetes")] public string? AuthMethod { get; init; } = "token";

    /// <summary>The path of the sign-in method.</summary>
    public string? AuthPath { get; init; }

    /// <summary>The role to sign in as.</summary>
    public string? AuthRole { get; init; }

    /// <summary>The file of the Kubernetes token.</summary>
    public string? JwtPath { get; init; }
}
