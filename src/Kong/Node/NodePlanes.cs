using Gateway.ControlPlane;
using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Declarative;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Telemetry;
using Gateway.DataPlane;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Status;
using Gateway.DataPlane.Sync;
using Gateway.DataPlane.Telemetry;
using Gateway.DataPlane.Tls;
using Gateway.DataPlane.Upstreams.Health;
using Gateway.Hosting;
using Gateway.Kong.Commands;
using Gateway.Kong.Settings;
using Gateway.Manager;
using Gateway.Plugins;
using Gateway.PluginSdk.Counters;
using Gateway.Sync;
using Gateway.Sync.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Node;

/// <summary>Which planes a role consists of, and what each is told.</summary>
internal sealed class NodePlanes(KongSettings settings, NodeLog log)
{
    // Bundled plugins have the version of the product, as Kong's have.
    private readonly IReadOnlyList<PluginVersion> _plugins =
        [.. settings.Plugins.Plugins.Select(p => new PluginVersion(p.Name, Product.KongVersion))];

    // A data plane offers what it runs; the control plane tells of one that the configuration needs and that is not among them.
    private readonly IReadOnlyList<PluginVersion> _running =
        [.. settings.Plugins.Plugins.Where(p => p.Runs).Select(p => new PluginVersion(p.Name, settings.PlaneVersion))];

    /// <summary>Takes over settings that were read again; what only a restart changes is left alone.</summary>
    public Action<KongSettings> OnReload { get; private set; } = static _ => { };

    /// <summary>Ends when the configuration of a database is in use in this node, with null, or is refused, with the reason.</summary>
    public Func<Task<string?>> First { get; private set; } = static () => Task.FromResult<string?>(null);

    /// <summary>Makes the planes one by one, in the order in which they start.</summary>
    /// <exception cref="StartFailure">A plugin is asked for that this product does not have.</exception>
    public IEnumerable<Plane> Create()
    {
        if (settings.PluginNames.FirstOrDefault(n => settings.Plugins.Find(n) is null) is { } missing)
        {
            throw new StartFailure($"error loading plugin schemas: on plugin '{missing}': {missing} plugin is enabled but not installed");
        }

        switch (settings.Role)
        {
            case "control_plane":
                return [new("control plane", ControlPlaneHost.Create(ControlPlane(Cluster()))), .. Manager()];
            case "data_plane":
                var data = DataPlaneHost.Create(
                    DataPlane() with
                    {
                        StatusListeners = settings.StatusListeners,
                        StatusAccessLog = log.Requests("status_access_log"),
                        StatusCertificate = settings.LoadCertificates("status_ssl_cert") is [var own, ..] ? own : null,
                        ControlPlane = Upwards(),
                        Fallback = settings.LoadFallback(),
                        ConfigEncryption = settings.LoadConfigEncryption(),
                    },
                    services => services.AddHostedService(p => ActivatorUtilities.CreateInstance<FirstConfiguration>(p, settings)));
                OnReload = reread => Reload(data, reread);
                return [new("data plane", data)];
            default:
                return settings.HasDatabase ? Traditional() : WithoutDatabase();
        }
    }

    /// <summary>Both planes in one process: the data plane takes its configuration from the control plane's publisher.</summary>
    private IEnumerable<Plane> Traditional()
    {
        TraditionalLink? link = null;
        UpstreamMonitor? upstreams = null;
        NameStatistics? names = null;
        PluginMemory? memory = null;
        TrafficCounters? traffic = null;
        var control = ControlPlaneHost.Create(ControlPlane(null) with
        {
            NotReady = () => link?.NotReady,
            Names = () => names?.Read(),
            Kept = plugin => memory?.Of(plugin),
            Traffic = () => traffic?.Counts ?? default,
            Upstreams = new LocalUpstreams(id => upstreams?.HealthAsync(id) ?? default, mark => upstreams!.MarkAsync(mark)),
        });
        var publisher = control.Services.GetRequiredService<ConfigPublisher>();
        var intake = control.Services.GetRequiredService<TelemetryIntake>();
        var node = control.Services.GetRequiredService<ControlPlaneOptions>().NodeId;
        var data = DataPlaneHost.Create(DataPlane(), services => services
            .AddSingleton(control.Services.GetRequiredService<ISharedCounters>())
            .AddHostedService(p => link = new TraditionalLink(publisher, p.GetRequiredService<ConfigApplier>(), p.GetRequiredService<ILogger<TraditionalLink>>()))
            .AddHostedService(p => new LocalTelemetry(node, p.GetRequiredService<VitalsReports>(), intake)));
        upstreams = data.Services.GetRequiredService<UpstreamMonitor>();
        names = data.Services.GetRequiredService<NameStatistics>();
        memory = data.Services.GetRequiredService<PluginMemory>();
        traffic = data.Services.GetRequiredService<TrafficCounters>();
        First = () => link!.First;
        OnReload = reread => Reload(data, reread);
        return [new("data plane", data), new("control plane", control), .. Manager()];
    }

    /// <summary>Both planes in one process, with a configuration that comes from a file or from <c>/config</c>.</summary>
    private IEnumerable<Plane> WithoutDatabase()
    {
        DeclarativeLink? link = null;
        UpstreamMonitor? upstreams = null;
        NameStatistics? names = null;
        PluginMemory? memory = null;
        TrafficCounters? traffic = null;
        var control = ControlPlaneHost.Create(ControlPlane(null) with
        {
            ConnectionString = string.Empty,
            DataPlane = new DeclarativeDataPlane((message, cancellation) => link!.ApplyAsync(message, cancellation), () => link!.Hash, () => link!.Rows),
            AdminPassword = CommandContext.OfProcess().Password,
            NotReady = () => link?.NotReady,
            Names = () => names?.Read(),
            Kept = plugin => memory?.Of(plugin),
            Traffic = () => traffic?.Counts ?? default,
            Upstreams = new LocalUpstreams(id => upstreams?.HealthAsync(id) ?? default, mark => upstreams!.MarkAsync(mark)),
        });
        var node = control.Services.GetRequiredService<DeclarativeNode>();
        var intake = control.Services.GetRequiredService<TelemetryIntake>();
        var id = control.Services.GetRequiredService<ControlPlaneOptions>().NodeId;
        var data = DataPlaneHost.Create(DataPlane(), services => services
            .AddHostedService(p => link = ActivatorUtilities.CreateInstance<DeclarativeLink>(p, settings, node))
            .AddHostedService(p => new LocalTelemetry(id, p.GetRequiredService<VitalsReports>(), intake)));
        upstreams = data.Services.GetRequiredService<UpstreamMonitor>();
        names = data.Services.GetRequiredService<NameStatistics>();
        memory = data.Services.GetRequiredService<PluginMemory>();
        traffic = data.Services.GetRequiredService<TrafficCounters>();
        OnReload = reread =>
        {
            Reload(data, reread);
            link?.Reload(reread);
        };
        return [new("data plane", data), new("control plane", control), .. Manager()];
    }

    /// <summary>The files may have changed where the settings have not.</summary>
    private static void Reload(WebApplication data, KongSettings reread) => data.Services.GetRequiredService<DefaultCertificate>().Use(reread.LoadProxyCertificates());

    private DataPlaneOptions DataPlane() => settings.Proxy.ApplyTo(new DataPlaneOptions
    {
        ProxyListeners = settings.ProxyListeners,
        StreamListeners = settings.StreamListeners,
        Certificates = settings.LoadProxyCertificates(),
        Tls = settings.Tls.Options,
        TrustedAuthorities = settings.Tls.TrustedAuthorities,
        OutgoingTls = settings.Tls.Outgoing,
        Plugins = settings.Plugins,
        ConfigFolder = settings.LmdbFolder,
        BodyFolder = settings.BodyFolder,
        Features = settings.Features,
        Dns = settings.Dns,
        KeepAlive = settings.UpstreamKeepAlive,
        ClientCertificate = settings.UpstreamClientCertificate,
        AccessLog = log.Requests("proxy_access_log"),
        StreamAccessLog = log.Streams(),
        ConfigureLogging = logging => log.Configure("proxy_error_log", logging),
        GracePeriod = NodeSignals.LongGrace,
        Linger = NodeSignals.Linger,
    });

    private ControlPlaneClientOptions Upwards() => new()
    {
        ControlPlane = $"{settings.ControlPlane.Host}:{settings.ControlPlane.Port}",
        TelemetryEndpoint = $"{settings.Telemetry.Host}:{settings.Telemetry.Port}",
        Identity = settings.LoadClusterIdentity(),
        ServerName = settings.ClusterServerName,
        Proxy = settings.ClusterProxy,
        MaxPayload = settings.ClusterMaxPayload,
        NodeId = NodeId.LoadOrCreate(settings.Prefix, settings.NodeId),
        Version = settings.PlaneVersion,
        Plugins = _running,
        Extensions = [.. BundledPlugins.Catalog.Entities.Extensions.Select(e => e.Name)],
        Labels = settings.Labels,
        Settings = settings.ToJson(),
        Rpc = settings.ClusterRpc,
        // Control planes of older versions have other ideas of what changed, or none.
        RpcSync = settings.ClusterRpcSync && settings.PlaneVersion == Product.KongVersion,
        LogThreshold = log.Threshold,
    };

    private ControlPlaneOptions ControlPlane(ClusterOptions? cluster) => new()
    {
        ConnectionString = settings.ConnectionString(),
        ReadOnlyConnectionString = settings.ReadOnlyConnectionString(),
        AdminListen = settings.AdminListeners,
        AdminCertificate = Certificate("admin_ssl_cert", settings.AdminListeners),
        StatusListen = settings.StatusListeners,
        StatusCertificate = Certificate("status_ssl_cert", settings.StatusListeners),
        Cluster = cluster,
        Store = new StoreOptions { ChangeLogAge = settings.ChangeLogAge, ChangeLogSize = settings.ChangeLogSize },
        Features = settings.Features,
        Plugins = settings.Plugins,
        NodeId = NodeId.LoadOrCreate(settings.Prefix, settings.NodeId),
        ManagerOrigins = settings.ManagerUrls,
        Configuration = settings.ToShownJson(),
        LogLevel = log.Threshold,
        MaxBody = settings.AdminMaxBody,
        AdminAccessLog = log.Requests("admin_access_log"),
        StatusAccessLog = log.Requests("status_access_log"),
        Logging = logging => log.Configure("admin_error_log", logging),
        ShutdownTimeout = NodeSignals.LongGrace,
    };

    private ClusterOptions Cluster() => new()
    {
        Identity = settings.LoadClusterIdentity(),
        ExpressionRoutes = settings.UsesExpressionRoutes,
        Listen = settings.ClusterListeners,
        TelemetryListen = settings.TelemetryListeners,
        MaxPayload = settings.ClusterMaxPayload,
        PurgeDelay = settings.DataPlanePurgeDelay,
        Fallback = settings.LoadFallback(),
        FallbackDelay = settings.FallbackDelay,
        Rpc = settings.ClusterRpc,
        RpcSync = settings.ClusterRpcSync,
        Plugins = _plugins,
        AccessLog = log.Requests("admin_access_log"),
    };

    private IEnumerable<Plane> Manager()
    {
        if (settings.ManagerListeners.Count > 0)
        {
            yield return new Plane("Manager", ManagerHost.Create(new ManagerOptions
            {
                Listeners = settings.ManagerListeners,
                AdminApiUrl = AdminApi(),
                AdminApiCertificate = Certificate("admin_ssl_cert", settings.AdminListeners)?.Leaf,
                KeyFolder = Path.Combine(settings.Prefix, "manager-keys"),
                Certificate = Certificate("admin_gui_ssl_cert", settings.ManagerListeners),
                AccessLog = log.Requests("admin_gui_access_log"),
                ConfigureLogging = logging => log.Configure("admin_gui_error_log", logging),
            }));
        }
    }

    /// <summary>The Admin API as this node's own Manager reaches it.</summary>
    private Uri AdminApi()
    {
        var listener = settings.AdminListeners.FirstOrDefault(l => !l.Tls) ?? settings.AdminListeners[0];
        return new UriBuilder(listener.Tls ? "https" : "http", listener.Reachable.ToString(), listener.Port).Uri;
    }

    /// <summary>The certificate of a setting, or the node's own when a listener needs one and none is set.</summary>
    private ChainedCertificate? Certificate(string name, IReadOnlyList<Listener> listeners)
    {
        var given = settings.LoadCertificates(name);
        return given.Count > 0 ? given[0]
            : listeners.Any(l => l.Tls) ? new ChainedCertificate(ListenerCertificate.LoadOrCreate(settings.DefaultCertificateFolder, TimeProvider.System), [])
            : null;
    }
}
