using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Tls;
using Gateway.DataPlane.Upstreams;
using Gateway.Sync;

namespace Gateway.DataPlane.Config;

/// <summary>One configuration, compiled: everything that a request looks at, immutable, replaced whole.</summary>
internal sealed record GatewaySnapshot
{
    /// <summary>The configuration without anything in it.</summary>
    public static GatewaySnapshot Empty { get; } = new()
    {
        Router = Router.Empty(new RouterOptions()),
        GlobalPlugins = PluginPlan.Empty,
        Certificates = CertificateTable.Empty,
    };

    /// <summary>The hashes of what it was compiled from.</summary>
    public ConfigHashes Hashes { get; init; } = ConfigHashes.Empty;

    /// <summary>Finds routes.</summary>
    public required Router Router { get; init; }

    /// <summary>The plugins that run before routing, and for requests without a route.</summary>
    public required PluginPlan GlobalPlugins { get; init; }

    /// <summary>The certificates by server name.</summary>
    public required CertificateTable Certificates { get; init; }

    /// <summary>The id of the default workspace, or null.</summary>
    public Guid? Workspace { get; init; }

    /// <summary>The bound plugins by their entity, for the next configuration.</summary>
    public IReadOnlyDictionary<Entities.Plugin, Step> Steps { get; init; } = new Dictionary<Entities.Plugin, Step>(ReferenceEqualityComparer.Instance);

    /// <summary>The balancers by the id of their upstream.</summary>
    public IReadOnlyDictionary<Guid, Balancer> Balancers { get; init; } = new Dictionary<Guid, Balancer>();
}
