using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Streams;
using Gateway.DataPlane.Sync;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Gateway.Kong.Node;
using Gateway.Plugins;
using Gateway.PluginSdk;
using Gateway.Sync.Fallback;
using Gateway.Sync.Mtls;

namespace Gateway.Kong.Settings;

/// <summary>The settings of this node: checked, and typed.</summary>
internal sealed partial class KongSettings(SettingValues values)
{
    private PluginCatalog? _plugins;

    /// <summary><c>control_plane</c>, <c>data_plane</c> or <c>traditional</c>.</summary>
    public string Role => values.Required("role");

    /// <summary>Whether the configuration lives in PostgreSQL.</summary>
    public bool HasDatabase => Role != "data_plane" && values.Text("database") == "postgres";

    /// <summary>The working directory, absolute, without a slash at its end.</summary>
    public string Prefix => Path.TrimEndingDirectorySeparator(Path.GetFullPath(values.Required("prefix")));

    /// <summary>The least severe level that is logged.</summary>
    public string LogLevel => values.Required("log_level");

    /// <summary>Whether <c>kong start</c> leaves the node running in the background.</summary>
    public bool RunsInBackground => values.Flag("nginx_daemon");

    /// <summary>The file of a log, absolute, or null for standard error.</summary>
    /// <param name="name">The setting, such as <c>proxy_error_log</c>.</param>
    /// <param name="background">Whether the default file is used when none was given.</param>
    public string? ErrorLog(string name, bool background) => background || values.IsGiven(name) ? Path.Combine(Prefix, values.Required(name)) : null;

    /// <summary>The file in which requests are taken note of, absolute, and the form of a line; null when none are.</summary>
    /// <param name="name">The setting, such as <c>proxy_access_log</c>.</param>
    public (string Path, AccessLogFormat Format)? AccessLog(string name)
    {
        if (AccessLogSetting.Read(values.Required(name)) is not { } log)
        {
            return null;
        }

        // The proxy's lines name the request's id, which the answer has in a header.
        var format = log.Format is { } form ? AccessLogSetting.FormatOf(form, AccessLogSetting.Declared(values.Text("nginx_http_log_format")))! : null;
        return (Path.Combine(Prefix, log.Path), format ?? (name is "proxy_access_log" ? AccessLogFormat.WithRequestId : AccessLogFormat.Combined));
    }

    /// <summary>The file in which streams are taken note of, absolute; null when they are not.</summary>
    public string? StreamAccessLog => AccessLogSetting.Read(values.Required("proxy_stream_access_log")) is { } log ? Path.Combine(Prefix, log.Path) : null;

    /// <summary>The node's id where it is fixed.</summary>
    public Guid? NodeId => values.Text("node_id") is { } id ? Guid.Parse(id) : null;

    /// <summary>The names of the effective settings that have other values there.</summary>
    /// <param name="other">Other settings of the same node.</param>
    public IEnumerable<string> DifferencesTo(KongSettings other) => SettingCatalog.All.Where(s => s.Effective && values.Text(s.Name) != other.Text(s.Name)).Select(s => s.Name);

    /// <summary>All values for <c>GET /</c>: those of <see cref="ToJson"/>, and the names that Kong derives from them.</summary>
    public JsonObject ToShownJson() => new ShownSettings(this, values).Render();

    /// <summary>All values, as a data plane tells them to its control plane.</summary>
    public JsonObject ToJson() => values.ToJson();

    /// <summary>Where clients of the proxied APIs connect.</summary>
    public IReadOnlyList<Listener> ProxyListeners => Listeners("proxy_listen");

    /// <summary>Where streams are taken in.</summary>
    public IReadOnlyList<StreamListener> StreamListeners => StreamListener.TryParseList(values.Required("stream_listen"), out var listeners, out _) ? listeners : [];

    /// <summary>Where the Admin API answers.</summary>
    public IReadOnlyList<Listener> AdminListeners => Listeners("admin_listen");

    /// <summary>Where the Manager answers.</summary>
    public IReadOnlyList<Listener> ManagerListeners => Listeners("admin_gui_listen");

    /// <summary>Where health and metrics answer.</summary>
    public IReadOnlyList<Listener> StatusListeners => Listeners("status_listen");

    /// <summary>Where data planes connect for their configuration.</summary>
    public IReadOnlyList<Listener> ClusterListeners => Listeners("cluster_listen");

    /// <summary>Where data planes deliver their telemetry.</summary>
    public IReadOnlyList<Listener> TelemetryListeners => Listeners("cluster_telemetry_listen");

    /// <summary>What this node shows to its peers and how it judges them; follows the files of the certificates.</summary>
    public ClusterIdentity LoadClusterIdentity()
    {
        var mode = values.Text("cluster_mtls") switch { "pki" => ClusterMode.Pki, "pki_check_cn" => ClusterMode.PkiCheckCn, _ => ClusterMode.Shared };
        return new ClusterIdentity(() => ClusterPem(mode))
        {
            Mode = mode,
            AllowedCommonNames = values.List("cluster_allowed_common_names"),
            Ocsp = values.Text("cluster_ocsp") switch { "on" => OcspMode.On, "optional" => OcspMode.Optional, _ => OcspMode.Off },
        };
    }

    /// <summary>How the stored configuration is encrypted, with keys derived from the cluster's; null when it is not.</summary>
    public StoreEncryption LoadConfigEncryption()
    {
        StoreAlgorithm? algorithm = values.Text("declarative_config_encryption_mode") switch
        {
            "aes-256-gcm" => StoreAlgorithm.Aes256Gcm,
            "chacha20-poly1305" => StoreAlgorithm.ChaCha20Poly1305,
            _ => null,
        };
        return new StoreEncryption(algorithm, ClusterPem(ClusterMode.Shared).ExportKey())
        {
            Former = values.Text("declarative_config_encryption_former_key") is { } former && CertificateSource.Read(former) is { } pem ? PemPair.ExportKey(pem) : null,
        };
    }

    /// <summary>The name that the control plane's certificate must have in <c>pki</c> mode; null means its host.</summary>
    public string? ClusterServerName => values.Text("cluster_server_name");

    /// <summary>The proxy on the way to the control plane, or null when there is none.</summary>
    public ForwardProxy? ClusterProxy => values.Flag("cluster_use_proxy") && values.Text("proxy_server") is { } server
        ? new ForwardProxy(new Uri(server), values.Flag("proxy_server_ssl_verify")) : null;

    /// <summary>Whether routes may be written as expressions.</summary>
    public bool UsesExpressionRoutes => values.Text("router_flavor") == "expressions";

    /// <summary>How the proxy treats requests and answers.</summary>
    public ProxySettings Proxy => new(values);

    /// <summary>What entities have more fields for on this node.</summary>
    public IReadOnlyCollection<string> Features => UsesExpressionRoutes ? [Gateway.Entities.Features.Expressions] : [];

    /// <summary>The control plane's host and port.</summary>
    public (string Host, int Port) ControlPlane => HostAndPort(values.Required("cluster_control_plane"));

    /// <summary>The telemetry listener's host and port.</summary>
    public (string Host, int Port) Telemetry =>
        values.Text("cluster_telemetry_endpoint") is { } endpoint ? HostAndPort(endpoint) : (ControlPlane.Host, 8006);

    /// <summary>The largest compressed configuration, in bytes.</summary>
    public int ClusterMaxPayload => values.Whole("cluster_max_payload");

    /// <summary>Whether planes connect for remote calls.</summary>
    public bool ClusterRpc => values.Flag("cluster_rpc");

    /// <summary>Whether data planes get what changed instead of everything; nothing without <see cref="ClusterRpc"/>.</summary>
    public bool ClusterRpcSync => ClusterRpc && values.Flag("cluster_rpc_sync");

    /// <summary>How long the change log keeps a change.</summary>
    public TimeSpan ChangeLogAge => TimeSpan.FromSeconds(values.Whole("cluster_change_log_age"));

    /// <summary>How many changes the change log keeps at most.</summary>
    public int ChangeLogSize => values.Whole("cluster_change_log_size");

    /// <summary>How long a data plane that is gone stays listed.</summary>
    public TimeSpan DataPlanePurgeDelay => TimeSpan.FromSeconds(values.Whole("cluster_data_plane_purge_delay"));

    /// <summary>Where the configuration is left for new data planes; null when this node neither leaves nor takes any.</summary>
    /// <exception cref="StartFailure">The storage cannot be used as it is set.</exception>
    public FallbackStorage? LoadFallback()
    {
        if (!values.Flag(Role is "control_plane" ? "cluster_fallback_config_export" : "cluster_fallback_config_import"))
        {
            return null;
        }

        return FallbackStorage.Open(
            values.Required("cluster_fallback_config_storage"), Product.KongVersion, Environment.GetEnvironmentVariable, values.Text("cluster_fallback_export_s3_config"), out var problem)
            ?? throw new StartFailure($"cluster_fallback_config_storage {problem}");
    }

    /// <summary>How long changes are gathered before they are left there.</summary>
    public TimeSpan FallbackDelay => TimeSpan.FromSeconds(values.Number("cluster_fallback_config_export_delay")!.Value);

    /// <summary>The version that this data plane names to its control plane.</summary>
    public string PlaneVersion => values.Text("cluster_dp_version") ?? Product.KongVersion;

    /// <summary>The labels that this data plane reports.</summary>
    public IReadOnlyDictionary<string, string> Labels =>
        values.List("cluster_dp_labels").Select(l => l.Split(':', 2)).GroupBy(p => p[0]).ToDictionary(g => g.Key, g => g.Last()[1]);

    /// <summary>The file of the configuration of a node without a database, absolute, or null.</summary>
    public string? DeclarativeFile => values.Text("declarative_config") is { } file ? Path.GetFullPath(file) : null;

    /// <summary>The configuration of a node without a database itself, where no file is given, or null.</summary>
    public string? DeclarativeText => DeclarativeFile is null ? values.Text("declarative_config_string") : null;

    /// <summary>The folder of the stored configuration.</summary>
    public string LmdbFolder => Path.Combine(Prefix, values.Required("lmdb_environment_path"));

    /// <summary>The folder of request bodies that are gathered before they go on.</summary>
    public string BodyFolder => Path.Combine(Prefix, "client_body_temp");

    /// <summary>The file of the temporary certificate for listeners that were given none.</summary>
    public string DefaultCertificateFolder => Path.Combine(Prefix, "ssl");

    /// <summary>The certificates of a TLS listener; <paramref name="name"/> is <c>ssl_cert</c>, <c>admin_ssl_cert</c> and so on.</summary>
    public IReadOnlyList<ChainedCertificate> LoadCertificates(string name) =>
        [.. values.List(name).Zip(values.List(name + "_key"), CertificateSource.LoadChained)];

    /// <summary>The names of <c>plugins</c>: those that come with the product for <c>bundled</c>.</summary>
    public IReadOnlyList<string> PluginNames =>
        [.. values.List("plugins").Where(n => n is not "off").SelectMany(n => n is "bundled" ? BundledPlugins.Catalog.Plugins.Select(p => p.Name) : [n]).Distinct()];

    /// <summary>The plugins of this node; a data plane takes what it is sent.</summary>
    public PluginCatalog Plugins => _plugins ??= Role is "control_plane" || (Role is "traditional" && !HasDatabase)
        ? BundledPlugins.Catalog.Only(PluginNames).WithoutDatabase()
        : BundledPlugins.Catalog.Only(PluginNames);

    /// <summary>What the configuration of this node consists of.</summary>
    public EntityCatalog Entities => Plugins.EntitiesWith(Features);

    /// <summary>The largest body of a request to the Admin API, in bytes, or null for any.</summary>
    public long? AdminMaxBody => values.Bytes("nginx_admin_client_max_body_size") is > 0 and var bytes ? bytes : null;

    /// <summary>Where strangers reach the Admin API.</summary>
    public IReadOnlyList<Listener> PublicAdminListeners => Role is "data_plane" ? [] : [.. AdminListeners.Where(l => !IPAddress.IsLoopback(l.Address))];

    /// <summary>The certificates of clients' connections with their chains; the node's own, made when it is not there, where a listener needs one and none is set.</summary>
    public IReadOnlyList<PemPair> LoadProxyCertificates()
    {
        var given = values.List("ssl_cert").Zip(values.List("ssl_cert_key"), (c, k) => new PemPair(CertificateSource.Read(c)!, CertificateSource.Read(k)!)).ToList();
        if (given.Count > 0 || !(ProxyListeners.Concat(StatusListeners).Any(l => l.Tls) || StreamListeners.Any(l => l.Tls)))
        {
            return given;
        }

        using var made = ListenerCertificate.LoadOrCreate(DefaultCertificateFolder, TimeProvider.System);
        return [new PemPair(made.ExportCertificatePem(), made.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())];
    }

    /// <summary>How TLS is spoken with clients, and whom the node trusts.</summary>
    public TlsSettings Tls => new(values);

    /// <summary>The URLs under which people reach the Manager.</summary>
    public IReadOnlyList<string> ManagerUrls => values.List("admin_gui_url");

    private string? Text(string name) => values.Text(name);

    private IReadOnlyList<Listener> Listeners(string name) => Listener.TryParseList(values.Required(name), out var listeners, out _) ? listeners : [];

    private PemPair ClusterPem(ClusterMode mode)
    {
        return new PemPair(Pem("cluster_cert"), Pem("cluster_cert_key"), mode is ClusterMode.Shared ? null : Pem("cluster_ca_cert"));

        string Pem(string name) => CertificateSource.Read(values.Required(name)) ?? throw new CryptographicException($"{name} cannot be read");
    }

    private static (string Host, int Port) HostAndPort(string value) =>
        SettingRules.TryReadHostAndPort(value, out var host, out var port) ? (host, port) : throw new InvalidOperationException(value);
}
