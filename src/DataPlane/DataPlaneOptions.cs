using System.Collections.Frozen;
using System.Net;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Proxy;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Streams;
using Gateway.DataPlane.Sync;
using Gateway.DataPlane.Tls;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Dns;
using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Gateway.Plugins;
using Gateway.PluginSdk;
using Gateway.Sync.Fallback;
using Gateway.Sync.Mtls;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>The settings of a data plane.</summary>
public sealed record DataPlaneOptions
{
    /// <summary>Where requests are taken in (<c>proxy_listen</c>).</summary>
    public IReadOnlyList<Listener> ProxyListeners { get; init; } = [new(IPAddress.Any, 8000), new(IPAddress.Any, 8443, Tls: true, Http2: true)];

    /// <summary>Where streams are taken in (<c>stream_listen</c>).</summary>
    public IReadOnlyList<StreamListener> StreamListeners { get; init; } = [];

    /// <summary>How many UDP sessions a listener has at most.</summary>
    /// <remarks>Each has a socket of its own.</remarks>
    public int MaxUdpSessions { get; init; } = 8_192;

    /// <summary>Where the node's status is told (<c>status_listen</c>).</summary>
    public IReadOnlyList<Listener> StatusListeners { get; init; } = [];

    /// <summary>The certificate of the status TLS listeners (<c>status_ssl_cert</c>); null shows them that of clients' connections.</summary>
    public ChainedCertificate? StatusCertificate { get; init; }

    /// <summary>The folder of the stored configuration; null keeps nothing.</summary>
    public string? ConfigFolder { get; init; }

    /// <summary>How the stored configuration is encrypted (<c>declarative_config_encryption_mode</c>); null when it is not.</summary>
    public StoreEncryption? ConfigEncryption { get; init; }

    /// <summary>The control plane to follow; null follows none.</summary>
    public ControlPlaneClientOptions? ControlPlane { get; init; }

    /// <summary>Where a configuration is found while no control plane answers and none is kept (<c>cluster_fallback_config_import</c>); null looks nowhere.</summary>
    public FallbackStorage? Fallback { get; init; }

    /// <summary>The plugins that this node has.</summary>
    public PluginCatalog Plugins { get; init; } = BundledPlugins.Catalog;

    /// <summary>What entities have more fields for on this node, see <see cref="Entities.Features"/>.</summary>
    public IReadOnlyCollection<string> Features { get; init; } = [];

    /// <summary>The proxies whose word is taken for who the client is (<c>trusted_ips</c>, <c>real_ip_header</c>, <c>real_ip_recursive</c>).</summary>
    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    /// <summary>The ports under which the world knows the listeners, by the listeners' own (<c>port_maps</c>).</summary>
    public IReadOnlyDictionary<int, int> PortMaps { get; init; } = FrozenDictionary<int, int>.Empty;

    /// <summary>The headers that are added to answers (<c>headers</c>).</summary>
    public AnswerHeaders AnswerHeaders { get; init; } = AnswerHeaders.Default;

    /// <summary>Whether upstreams are told the request's id (<c>headers_upstream</c>).</summary>
    public bool RequestIdUpstream { get; init; } = true;

    /// <summary>The texts of errors by form: <c>html</c>, <c>json</c>, <c>xml</c>, <c>plain</c>; those left out have the product's own (<c>error_template_*</c>).</summary>
    public IReadOnlyDictionary<string, string> ErrorTemplates { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The type of errors for clients that accept and send none in particular (<c>error_default_type</c>).</summary>
    public string ErrorDefaultType { get; init; } = "text/plain";

    /// <summary>How routes are matched (<c>router_flavor</c>, <c>route_match_calculation</c>).</summary>
    public RouterOptions Router { get; init; } = new();

    /// <summary>How much of a gathered request body is held in memory, in bytes; a larger one goes into a file (<c>nginx_http_client_body_buffer_size</c>).</summary>
    public int BodyBuffer { get; init; } = 8 * 1024;

    /// <summary>Where the files of gathered request bodies are; null is a folder of the system's for temporary files.</summary>
    public string? BodyFolder { get; init; }

    /// <summary>Whether a request with the header <c>Kong-Debug</c> is told its route and service (<c>allow_debug_header</c>).</summary>
    public bool AllowDebugHeader { get; init; }

    /// <summary>The certificates for clients whose server name has none, one per kind of key (<c>ssl_cert</c>); without any a self-signed one is made.</summary>
    public IReadOnlyList<PemPair> Certificates { get; init; } = [];

    /// <summary>How TLS is spoken with clients (<c>ssl_*</c>).</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>The PEM of the authorities for upstreams whose service names none, and for the servers of plugins (<c>lua_ssl_trusted_certificate</c>); empty trusts those of the system.</summary>
    public string TrustedAuthorities { get; init; } = string.Empty;

    /// <summary>How plugins speak TLS with the servers that they call (<c>lua_ssl_*</c>).</summary>
    public OutgoingTls OutgoingTls { get; init; } = new();

    /// <summary>How much a client may send, and how long it may wait (<c>nginx_http_client_max_body_size</c> and others).</summary>
    public ClientLimits Limits { get; init; } = new();

    /// <summary>What happens to connections to upstreams between two requests (<c>upstream_keepalive_*</c>).</summary>
    public KeepAliveOptions KeepAlive { get; init; } = new();

    /// <summary>The PEM of certificate and key shown to upstreams where the configuration names none (<c>client_ssl_cert</c>), or null.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>How the names of upstreams are resolved (<c>dns_*</c>).</summary>
    public DnsOptions Dns { get; init; } = new();

    /// <summary>What the names of variables begin with that references to the vault <c>env</c> lead to (<c>vault_env_prefix</c>), or null.</summary>
    public string? VaultPrefix { get; init; }

    /// <summary>Takes note of proxied requests (<c>proxy_access_log</c>); null takes none.</summary>
    public AccessLog? AccessLog { get; init; }

    /// <summary>Where streams are taken note of (<c>proxy_stream_access_log</c>); null takes no note.</summary>
    public StreamAccessLog? StreamAccessLog { get; init; }

    /// <summary>Takes note of requests to the status endpoints (<c>status_access_log</c>); null takes none.</summary>
    public AccessLog? StatusAccessLog { get; init; }

    /// <summary>Where the log goes; nowhere when it is left out.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }

    /// <summary>How long connections that are kept alive stay open once the node is told to stop; each is told to close with its next answer. Then those that are idle are closed.</summary>
    /// <remarks>Zero closes them at once, at the risk that a request is just coming in.</remarks>
    public TimeSpan Linger { get; init; } = TimeSpan.Zero;

    /// <summary>How long requests in flight may go on once the node is told to stop.</summary>
    /// <remarks>Ten seconds: what <c>kong quit</c> waits for before it kills.</remarks>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(10);
}
