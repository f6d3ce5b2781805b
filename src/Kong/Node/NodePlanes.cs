using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gateway.ControlPlane;
using Gateway.ControlPlane.Clustering;
using Gateway.DataPlane;
using Gateway.DataPlane.Sync;
using Gateway.Hosting;
using Gateway.Hosting.Logging;
using Gateway.Kong.Settings;
using Gateway.Manager;
using Gateway.Plugins;
using Gateway.Sync;

namespace Gateway.Kong.Node;

/// <summary>Which planes a role consists of, and what each is told.</summary>
internal sealed class NodePlanes(KongSettings settings, LogThreshold threshold)
{
    // Bundled plugins have the version of the product, as Kong's have.
    private static readonly IReadOnlyList<PluginVersion> _plugins =
        [.. BundledPlugins.Catalog.Plugins.Select(p => new PluginVersion(p.Name, Product.KongVersion))];

    /// <summary>Makes the planes one by one, in the order in which they start.</summary>
    public IEnumerable<Plane> Create()
    {
        if (settings.Role == "traditional")
        {
            throw new StartFailure(
                "role = traditional is not available yet; run a node with role = control_plane and one with role = data_plane");
        }

        return settings.Role == "control_plane" ? [ControlPlane(), .. Manager()] : [DataPlane()];
    }

    private Plane DataPlane() => new("data plane", DataPlaneHost.Create(new DataPlaneOptions
    {
        ProxyListeners = settings.ProxyListeners,
        StatusListeners = settings.StatusListeners,
        Certificate = Certificate("ssl_cert", settings.ProxyListeners),
        ConfigFolder = settings.LmdbFolder,
        AllowDebugHeader = settings.AllowDebugHeader,
        ControlPlane = new ControlPlaneClientOptions
        {
            ControlPlane = $"{settings.ControlPlane.Host}:{settings.ControlPlane.Port}",
            TelemetryEndpoint = $"{settings.Telemetry.Host}:{settings.Telemetry.Port}",
            Identity = settings.LoadClusterIdentity(),
            ServerName = settings.ClusterServerName,
            Proxy = settings.ClusterProxy,
            MaxPayload = settings.ClusterMaxPayload,
            NodeId = NodeId.LoadOrCreate(settings.Prefix, settings.NodeId),
            Plugins = _plugins,
            Labels = settings.Labels,
            Settings = settings.ToJson(),
        },
        ConfigureLogging = logging => logging.AddGatewayConsole(threshold),
        GracePeriod = NodeSignals.LongGrace,
    }));

    private Plane ControlPlane() => new("control plane", ControlPlaneHost.Create(new ControlPlaneOptions
    {
        ConnectionString = settings.ConnectionString(),
        AdminListen = settings.AdminListeners,
        AdminCertificate = Certificate("admin_ssl_cert", settings.AdminListeners),
        StatusListen = settings.StatusListeners,
        StatusCertificate = Certificate("status_ssl_cert", settings.StatusListeners),
        Cluster = new ClusterOptions
        {
            Identity = settings.LoadClusterIdentity(),
            ExpressionRoutes = settings.UsesExpressionRoutes,
            Listen = settings.ClusterListeners,
            TelemetryListen = settings.TelemetryListeners,
            MaxPayload = settings.ClusterMaxPayload,
            PurgeDelay = settings.DataPlanePurgeDelay,
            Plugins = _plugins,
        },
        NodeId = NodeId.LoadOrCreate(settings.Prefix, settings.NodeId),
        ManagerOrigins = settings.ManagerUrls,
        Configuration = settings.ToJson(),
        Logging = logging => logging.AddGatewayConsole(threshold),
        ShutdownTimeout = NodeSignals.LongGrace,
    }));

    private IEnumerable<Plane> Manager()
    {
        if (settings.ManagerListeners.Count > 0)
        {
            yield return new Plane("Manager", ManagerHost.Create(new ManagerOptions
            {
                Listeners = settings.ManagerListeners,
                AdminApiUrl = AdminApi(),
                KeyFolder = Path.Combine(settings.Prefix, "manager-keys"),
                Certificate = Certificate("admin_gui_ssl_cert", settings.ManagerListeners),
                ConfigureLogging = logging => logging.AddGatewayConsole(threshold),
            }));
        }
    }

    /// <summary>The Admin API as this node's own Manager reaches it.</summary>
    private Uri AdminApi()
    {
        var listener = settings.AdminListeners.FirstOrDefault(l => !l.Tls) ?? settings.AdminListeners[0];
        var address = listener.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listener.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : listener.Address;
        return new UriBuilder(listener.Tls ? "https" : "http", address.ToString(), listener.Port).Uri;
    }

    /// <summary>The certificate of a setting, or the node's own when a listener needs one and none is set.</summary>
    private X509Certificate2? Certificate(string name, IReadOnlyList<Listener> listeners)
    {
        var given = settings.LoadCertificates(name);
        return given.Count > 0 ? given[0]
            : listeners.Any(l => l.Tls) ? ListenerCertificate.LoadOrCreate(settings.DefaultCertificateFolder, TimeProvider.System)
            : null;
    }
}
