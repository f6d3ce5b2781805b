using Gateway.Entities;
using Gateway.Sync;

namespace Gateway.DataPlane.Config;

/// <summary>The entities of one configuration that are compiled; consumers and credentials stay in the store, behind lookups.</summary>
public sealed record ConfigEntities
{
    /// <summary>A configuration without anything in it.</summary>
    public static ConfigEntities Empty { get; } = new();

    /// <summary>The hashes of the configuration and its parts; an equal part needs no new compilation.</summary>
    public ConfigHashes Hashes { get; init; } = ConfigHashes.Empty;

    /// <summary>The services, disabled ones included.</summary>
    public IReadOnlyList<Service> Services { get; init; } = [];

    /// <summary>The routes.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>The upstreams.</summary>
    public IReadOnlyList<Upstream> Upstreams { get; init; } = [];

    /// <summary>The targets of all upstreams.</summary>
    public IReadOnlyList<Target> Targets { get; init; } = [];

    /// <summary>The plugins, disabled ones included; their settings have every default filled in.</summary>
    public IReadOnlyList<Plugin> Plugins { get; init; } = [];

    /// <summary>The certificates.</summary>
    public IReadOnlyList<Certificate> Certificates { get; init; } = [];

    /// <summary>The certificates of authorities.</summary>
    public IReadOnlyList<CaCertificate> CaCertificates { get; init; } = [];

    /// <summary>The server names.</summary>
    public IReadOnlyList<Sni> Snis { get; init; } = [];

    /// <summary>The vaults, in which secrets are looked up that fields refer to.</summary>
    public IReadOnlyList<Vault> Vaults { get; init; } = [];

    /// <summary>The workspaces.</summary>
    public IReadOnlyList<Workspace> Workspaces { get; init; } = [];
}
