using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Gateway.Sync;
using Gateway.Sync.Fallback;
using Gateway.Sync.Mtls;

namespace Gateway.ControlPlane.Clustering;

/// <summary>How data planes reach this control plane.</summary>
public sealed record ClusterOptions
{
    /// <summary>What this node shows to data planes and by which rule it lets them in.</summary>
    public required ClusterIdentity Identity { get; init; }

    /// <summary>Where configuration is handed out (<c>cluster_listen</c>).</summary>
    public IReadOnlyList<Listener> Listen { get; init; } = [];

    /// <summary>Where counters are taken in (<c>cluster_telemetry_listen</c>).</summary>
    public IReadOnlyList<Listener> TelemetryListen { get; init; } = [];

    /// <summary>The largest frame, in bytes (<c>cluster_max_payload</c>); it bounds the compressed configuration.</summary>
    public int MaxPayload { get; init; } = 16 * 1024 * 1024;

    /// <summary>Whether data planes may connect for remote calls (<c>cluster_rpc</c>).</summary>
    public bool Rpc { get; init; } = true;

    /// <summary>Whether those that do get their configuration so, change by change (<c>cluster_rpc_sync</c>).</summary>
    public bool RpcSync { get; init; } = true;

    /// <summary>How long a data plane stays listed after it was last seen (<c>cluster_data_plane_purge_delay</c>).</summary>
    public TimeSpan PurgeDelay { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Where the configuration is left for new data planes while no control plane answers (<c>cluster_fallback_config_export</c>); null leaves it nowhere.</summary>
    public FallbackStorage? Fallback { get; init; }

    /// <summary>How long changes are gathered before they are left there (<c>cluster_fallback_config_export_delay</c>).</summary>
    public TimeSpan FallbackDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Takes note of the requests of data planes (<c>admin_access_log</c>); null takes none.</summary>
    public AccessLog? AccessLog { get; init; }

    /// <summary>The version that data planes are compared with.</summary>
    public string Version { get; init; } = Product.KongVersion;

    /// <summary>Whether routes may be written as expressions (<c>router_flavor = expressions</c>); old data planes take either all so or none.</summary>
    public bool ExpressionRoutes { get; init; }

    /// <summary>The plugins of this control plane, with the versions that data planes are compared with.</summary>
    public IReadOnlyList<PluginVersion> Plugins { get; init; } = [];
}
