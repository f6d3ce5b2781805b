using System.Text.Json.Nodes;
using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Declarative;
using Gateway.ControlPlane.Store;
using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Gateway.Hosting.Logging;
using Gateway.Plugins;
using Gateway.PluginSdk;
using Gateway.Sync.Telemetry;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane;

/// <summary>How a control plane is set up.</summary>
public sealed record ControlPlaneOptions
{
    /// <summary>The connection string of its PostgreSQL database; empty on a node that has none.</summary>
    public string ConnectionString { get; init; } = string.Empty;

    /// <summary>The connection string of a replica of that database, which serves what is only read; null when the database serves everything.</summary>
    public string? ReadOnlyConnectionString { get; init; }

    /// <summary>The data plane of a node without a database, which gets the configuration from <c>/config</c> and keeps it; null on a node with one.</summary>
    public DeclarativeDataPlane? DataPlane { get; init; }

    /// <summary>The password of the only administrator of a node without a database; null when nobody may sign in.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>Where the Admin API listens (<c>admin_listen</c>).</summary>
    public IReadOnlyList<Listener> AdminListen { get; init; } = [];

    /// <summary>The certificate of the Admin API's TLS listeners; they need one.</summary>
    public ChainedCertificate? AdminCertificate { get; init; }

    /// <summary>Where the status endpoints listen (<c>status_listen</c>).</summary>
    public IReadOnlyList<Listener> StatusListen { get; init; } = [];

    /// <summary>The certificate of the status TLS listeners; they need one.</summary>
    public ChainedCertificate? StatusCertificate { get; init; }

    /// <summary>How data planes reach this control plane; null on a node that has none.</summary>
    public ClusterOptions? Cluster { get; init; }

    /// <summary>How much of its past the configuration keeps.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>What else keeps this node from being ready, in a sentence, or null; asked at <c>/status/ready</c>.</summary>
    public Func<string?> NotReady { get; init; } = static () => null;

    /// <summary>What entities have more fields for on this node, see <see cref="Entities.Features"/>.</summary>
    public IReadOnlyCollection<string> Features { get; init; } = [];

    /// <summary>The balancers that run in the same process; null on a node that proxies nothing itself.</summary>
    public LocalUpstreams? Upstreams { get; init; }

    /// <summary>The plugins that this node has (<c>plugins</c>).</summary>
    public PluginCatalog Plugins { get; init; } = BundledPlugins.Catalog;

    /// <summary>What the plugins that run in the same process keep, by plugin; null on a node that proxies nothing itself.</summary>
    public Func<string, IKeeps?>? Kept { get; init; }

    /// <summary>What the proxy in the same process has to do; nothing on a node that proxies nothing itself.</summary>
    public Func<ServerCounts> Traffic { get; init; } = static () => default;

    /// <summary>This node's id.</summary>
    public Guid NodeId { get; init; } = Guid.NewGuid();

    /// <summary>The origins of the Manager (<c>admin_gui_url</c>) that browsers may call the Admin API from; none allows any.</summary>
    public IReadOnlyList<string> ManagerOrigins { get; init; } = [];

    /// <summary>The effective settings as <c>GET /</c> shows them, secrets already masked.</summary>
    public JsonObject Configuration { get; init; } = [];

    /// <summary>The level from which on this process logs; the Admin API shows and changes it.</summary>
    public LogThreshold LogLevel { get; init; } = new("notice");

    /// <summary>What the names of upstreams were asked for and answered, as the balancers of the same process count it; null where nothing is counted.</summary>
    public Func<JsonObject?> Names { get; init; } = static () => null;

    /// <summary>Sets up logging; without it nothing is logged.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>The largest body of a request, in bytes (<c>nginx_admin_client_max_body_size</c>); null is none.</summary>
    public long? MaxBody { get; init; } = 10 * 1024 * 1024;

    /// <summary>Takes note of requests to the Admin API (<c>admin_access_log</c>); null takes none.</summary>
    public AccessLog? AdminAccessLog { get; init; }

    /// <summary>Takes note of requests to the status endpoints (<c>status_access_log</c>); null takes none.</summary>
    public AccessLog? StatusAccessLog { get; init; }

    /// <summary>How long the node waits for requests in flight when it stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
