using System.Text.Json.Nodes;
using Gateway.Hosting;
using Gateway.Hosting.Logging;
using Gateway.Sync;
using Gateway.Sync.Mtls;

namespace Gateway.DataPlane.Sync;

/// <summary>How a data plane reaches its control plane and introduces itself there.</summary>
public sealed record ControlPlaneClientOptions
{
    /// <summary>Where configuration comes from: <c>host:port</c> (<c>cluster_control_plane</c>).</summary>
    public required string ControlPlane { get; init; }

    /// <summary>Where counters go: <c>host:port</c> (<c>cluster_telemetry_endpoint</c>); null for nowhere.</summary>
    public string? TelemetryEndpoint { get; init; }

    /// <summary>What this node shows to the control plane and by which rule it judges what that shows.</summary>
    public required ClusterIdentity Identity { get; init; }

    /// <summary>The name that the control plane's certificate must have (<c>cluster_server_name</c>); null means the host of its address.</summary>
    /// <remarks>Planes that share a certificate ask for <c>kong_clustering</c>, whatever this says.</remarks>
    public string? ServerName { get; init; }

    /// <summary>The forward proxy on the way to the control plane (<c>cluster_use_proxy</c>); null goes straight.</summary>
    public ForwardProxy? Proxy { get; init; }

    /// <summary>The largest frame, in bytes (<c>cluster_max_payload</c>).</summary>
    public int MaxPayload { get; init; } = 16 * 1024 * 1024;

    /// <summary>This node's id; see <see cref="NodeId.LoadOrCreate"/>.</summary>
    public required Guid NodeId { get; init; }

    /// <summary>This node's host name.</summary>
    public string Hostname { get; init; } = Environment.MachineName;

    /// <summary>The version that this node reports.</summary>
    public string Version { get; init; } = Product.KongVersion;

    /// <summary>The plugins that this node has.</summary>
    public IReadOnlyList<PluginVersion> Plugins { get; init; } = [];

    /// <summary>The operator's labels (<c>cluster_dp_labels</c>).</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The extensions of the original's entities that the node knows; the control plane sends no others.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>The settings of this node; secrets are masked before they are sent.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>Whether to connect for remote calls first (<c>cluster_rpc</c>); a control plane that does not offer them is spoken to without.</summary>
    public bool Rpc { get; init; }

    /// <summary>Whether to take the configuration by remote calls, change by change, where the control plane offers it (<c>cluster_rpc_sync</c>).</summary>
    public bool RpcSync { get; init; }

    /// <summary>The log level, which the control plane may change for a time; null when it may not.</summary>
    public LogThreshold? LogThreshold { get; init; }

    /// <summary>How long to wait before the first, the second and every further attempt after a loss: at random between the two bounds.</summary>
    /// <remarks>
    /// The first ones bring a plane back soon when its control plane only restarts; the last is the original's 5 to 10 s,
    /// a little less, so that a plane is back within 10 s of its control plane.
    /// </remarks>
    public IReadOnlyList<(TimeSpan From, TimeSpan To)> RetryDelays { get; init; } =
    [
        (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2)),
        (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)),
        (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(9)),
    ];
}
