using System.Collections.Immutable;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Routing.Streams;
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

    /// <summary>Finds the routes of streams.</summary>
    public StreamRouter Streams { get; init; } = StreamRouter.Empty(new RouterOptions());

    /// <summary>The plugins that run before routing, and for requests without a route.</summary>
    public required PluginPlan GlobalPlugins { get; init; }

    /// <summary>The certificates by server name.</summary>
    public required CertificateTable Certificates { get; init; }

    /// <summary>The id of the default workspace, or null.</summary>
    public Guid? Workspace { get; init; }

    /// <summary>The bound plugins by their entity, for the next configuration.</summary>
    public ImmutableDictionary<Entities.Plugin, Step> Steps { get; init; } = ImmutableDictionary.Create<Entities.Plugin, Step>(ReferenceEqualityComparer.Instance);

    /// <summary>The balancers by the id of their upstream.</summary>
    public ImmutableDictionary<Guid, Balancer> Balancers { get; init; } = ImmutableDictionary<Guid, Balancer>.Empty;

    /// <summary>What the next configuration is made of that differs in little.</summary>
    public SnapshotParts Parts { get; init; } = SnapshotParts.Empty;
}

/// <summary>The compiled parts by which changes find what they concern.</summary>
internal sealed record SnapshotParts
{
    /// <summary>The parts of a configuration without anything in it.</summary>
    public static SnapshotParts Empty { get; } = new();

    /// <summary>The services by their ids; null for disabled ones.</summary>
    public ImmutableDictionary<Guid, ServicePlan?> Services { get; init; } = ImmutableDictionary<Guid, ServicePlan?>.Empty;

    /// <summary>The upstreams by their names.</summary>
    public ImmutableDictionary<string, (Entities.Upstream Entity, Balancer Balancer)> Upstreams { get; init; } =
        ImmutableDictionary.Create<string, (Entities.Upstream, Balancer)>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where secrets are looked up that fields refer to.</summary>
    public Secrets Secrets { get; init; } = Secrets.None;

    /// <summary>The plugins in the order of their execution.</summary>
    public ImmutableArray<ScopedSteps> Scopes { get; init; } = [];

    /// <summary>The plans of plugins by the route and the service to which something is bound.</summary>
    public ImmutableDictionary<(Guid Route, Guid Service), PluginPlan> Plans { get; init; } = ImmutableDictionary<(Guid, Guid), PluginPlan>.Empty;
}
