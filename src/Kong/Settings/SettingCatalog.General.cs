namespace Gateway.Kong.Settings;

/// <content>Declarations: what every node has, and what hybrid mode adds.</content>
internal static partial class SettingCatalog
{
    private static Setting[] General =>
    [
        new("prefix", "/usr/local/kong", SettingKind.Text, Roles.All,
            "Working directory: process id, secrets that were generated, and the data plane's stored configuration."),
        new("log_level", "notice", SettingKind.Choice, Roles.All, "Least severe messages that are logged: debug to emerg.")
            { OneOf = ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"] },
        new("proxy_access_log", "logs/access.log", SettingKind.Text, Roles.Proxying,
            "File of proxied requests, below the prefix, a device such as /dev/stdout, or off; a second word names the form of a line: combined, kong_log_format, or that of nginx_http_log_format.")
            { Rule = AccessLogSetting.Rule("proxy_access_log") },
        new("proxy_error_log", "logs/error.log", SettingKind.Text, Roles.Proxying,
            "The node's log, below the prefix, or /dev/stderr; a node in the foreground that is given none logs to standard error."),
        new("proxy_stream_access_log", "logs/access.log basic", SettingKind.Text, Roles.Proxying,
            "File of proxied streams, as proxy_access_log; the one form is basic.") { Rule = AccessLogSetting.StreamRule },
        new("proxy_stream_error_log", "logs/error.log", SettingKind.Text, Roles.Proxying, "TCP stream error log path.") { Effective = false },
        new("admin_access_log", "logs/admin_access.log", SettingKind.Text, Roles.Managing,
            "File of requests to the Admin API, and on a control plane of those of data planes; as proxy_access_log.") { Rule = AccessLogSetting.Rule("admin_access_log") },
        new("admin_error_log", "logs/error.log", SettingKind.Text, Roles.Managing, "The log of the Admin API and of a control plane; as proxy_error_log."),
        new("admin_gui_access_log", "logs/admin_gui_access.log", SettingKind.Text, Roles.Managing, "File of requests to the Manager; as proxy_access_log.")
            { Rule = AccessLogSetting.Rule("admin_gui_access_log") },
        new("admin_gui_error_log", "logs/admin_gui_error.log", SettingKind.Text, Roles.Managing, "The Manager's log; as proxy_error_log."),
        new("status_access_log", "off", SettingKind.Text, Roles.All, "File of requests to the status endpoints; as proxy_access_log.")
            { Rule = AccessLogSetting.Rule("status_access_log") },
        new("status_error_log", "logs/status_error.log", SettingKind.Text, Roles.All, "Status API error log; the status endpoints have no errors of their own to tell.") { Effective = false },
        new("vaults", "bundled", SettingKind.List, Roles.All, "Enabled vault back-ends: bundled, off or names.") { Effective = false },
        new("vault_env_prefix", null, SettingKind.Text, Roles.All, "What the names of variables begin with that references such as {vault://env/NAME} lead to."),
        new("plugins", "bundled", SettingKind.List, Roles.All, "Enabled plugins: bundled (all that come with the product), off, or names; a data plane without one that its control plane uses gets no configuration."),
        new("port_maps", null, SettingKind.List, Roles.Proxying, "Public:listen port pairs, for X-Forwarded-Port and routing.")
            { Rule = SettingRules.PortMaps },
        new("host_ports", null, SettingKind.List, Roles.Proxying, "Another name of port_maps.") { InsteadOf = "port_maps" },
        new("anonymous_reports", "on", SettingKind.Boolean, Roles.All, "Never sends anything: this product has no reports.") { Effective = false },
        new("proxy_server", null, SettingKind.Text, Roles.DataPlane, "Forward proxy URL, used only by components that opt in.")
            { Sensitive = true, Rule = SettingRules.ProxyServer },
        new("proxy_server_ssl_verify", "on", SettingKind.Boolean, Roles.DataPlane, "Verify TLS of an https forward proxy."),
        new("error_template_html", null, SettingKind.Text, Roles.Proxying, "File with custom HTML error body.") { Rule = SettingRules.ErrorTemplate },
        new("error_template_json", null, SettingKind.Text, Roles.Proxying, "File with custom JSON error body.") { Rule = SettingRules.ErrorTemplate },
        new("error_template_xml", null, SettingKind.Text, Roles.Proxying, "File with custom XML error body.") { Rule = SettingRules.ErrorTemplate },
        new("error_template_plain", null, SettingKind.Text, Roles.Proxying, "File with custom plain-text error body.") { Rule = SettingRules.ErrorTemplate },
        new("node_id", null, SettingKind.Text, Roles.All, "Fixed node UUID instead of generated one.") { Rule = SettingRules.NodeId },
        new("tracing_instrumentations", "off", SettingKind.List, Roles.Proxying,
            "Span types: off, all, request, db_query, dns_query, router, http_client, balancer, plugin_rewrite, plugin_access, plugin_header_filter.")
            { Effective = false },
        new("tracing_sampling_rate", "0.01", SettingKind.Number, Roles.Proxying, "0–1 fraction of traced requests.")
            { Rule = SettingRules.Between(0, 1, "tracing_sampling_rate must be between 0 and 1"), Effective = false },
        new("opentelemetry_tracing", "off", SettingKind.List, Roles.Proxying, "Deprecated name of tracing_instrumentations.") { Effective = false },
        new("opentelemetry_tracing_sampling_rate", "0.01", SettingKind.Number, Roles.Proxying, "Deprecated name of tracing_sampling_rate.")
            { Effective = false },
        new("pluginserver_names", null, SettingKind.List, Roles.DataPlaneOrTraditional,
            "External plugin server names (each adds _socket, _start_cmd, _query_cmd).")
            { Effective = false },
        new("dedicated_config_processing", "on", SettingKind.Boolean, Roles.DataPlane, "Separate process receives and applies CP config.")
            { Effective = false },
        new("kic", "off", SettingKind.Boolean, Roles.DbLess, "Internal flag: managed by Kubernetes ingress controller.") { Effective = false },
        new("request_debug", "on", SettingKind.Boolean, Roles.Proxying, "Allow per-request timing output with token.") { Effective = false },
        new("request_debug_token", null, SettingKind.Text, Roles.Proxying, "Fixed token for request debugging; random otherwise.")
            { Effective = false },
    ];

    private static Setting[] Hybrid =>
    [
        new("role", "traditional", SettingKind.Choice, Roles.All, "What this node is: traditional, control_plane or data_plane.")
            { OneOf = ["data_plane", "control_plane", "traditional"] },
        new("cluster_mtls", "shared", SettingKind.Choice, Roles.Hybrid,
            "How the planes know each other: shared (one certificate) or pki (a common CA).") { OneOf = ["shared", "pki", "pki_check_cn"] },
        new("cluster_cert", null, SettingKind.Certificate, Roles.Hybrid, "Cluster certificate (path, PEM or base64)."),
        new("cluster_cert_key", null, SettingKind.Key, Roles.Hybrid, "Private key of cluster certificate.") { Sensitive = true },
        new("cluster_ca_cert", null, SettingKind.Certificate, Roles.Hybrid, "CA for pki mode (CP checks DP, DP checks CP)."),
        new("cluster_allowed_common_names", null, SettingKind.List, Roles.ControlPlane,
            "Common names that data planes may have with cluster_mtls = pki_check_cn; none allows those in the CP's own domain."),
        new("cluster_server_name", null, SettingKind.Text, Roles.DataPlane, "SNI/verified name in pki mode."),
        new("cluster_control_plane", "127.0.0.1:8005", SettingKind.Text, Roles.DataPlane, "Host:port of CP config listener.")
            { Rule = SettingRules.HostAndPort("cluster_control_plane") },
        new("cluster_max_payload", "16777216", SettingKind.Number, Roles.Hybrid,
            "Largest compressed configuration that is sent or accepted, in bytes; at least 4 MiB.")
            { Rule = SettingRules.AtLeast(4_194_304, "cluster_max_payload must be 4194304 (4MB) or greater") },
        new("cluster_dp_labels", null, SettingKind.List, Roles.DataPlane, "Key:value labels reported to CP, max 10."),
        new("cluster_dp_version", null, SettingKind.Text, Roles.DataPlane,
            "Version that the plane names to its control plane, because an older Kong takes no newer plane; such as 3.9.1. Unset names its own.")
            { Rule = SettingRules.PlaneVersion("cluster_dp_version") },
        new("cluster_listen", "0.0.0.0:8005", SettingKind.Listeners, Roles.ControlPlane, "Address of the DP-facing listener."),
        new("cluster_data_plane_purge_delay", "1209600", SettingKind.Number, Roles.ControlPlane, "Seconds before an unseen DP row expires, min 60.")
            { Rule = SettingRules.AtLeast(60, "cluster_data_plane_purge_delay must be 60 or greater") },
        new("cluster_ocsp", "off", SettingKind.Choice, Roles.ControlPlane, "DP certificate revocation check: on, off, optional.")
            { OneOf = ["on", "off", "optional"] },
        new("cluster_use_proxy", "off", SettingKind.Boolean, Roles.DataPlane, "Reach the CP through proxy_server with CONNECT."),
        new("cluster_rpc", "on", SettingKind.Boolean, Roles.Hybrid, "Remote calls between planes (/v2/outlet); a plane that lacks them is spoken to without."),
        new("cluster_rpc_sync", "on", SettingKind.Boolean, Roles.Hybrid, "Data planes get what changed instead of everything; needs cluster_rpc on both sides."),
        new("cluster_change_log_age", "86400", SettingKind.Number, Roles.All, "Seconds for which changes are kept for data planes that were away; min 60.")
            { Rule = SettingRules.AtLeast(60, "cluster_change_log_age must be 60 or greater") },
        new("cluster_change_log_size", "100000", SettingKind.Number, Roles.All, "Changes that are kept at most for data planes that were away; min 100.")
            { Rule = SettingRules.AtLeast(100, "cluster_change_log_size must be 100 or greater") },
        new("cluster_cjson", "off", SettingKind.Boolean, Roles.Hybrid, "Force cjson rather than simdjson decoding.") { Effective = false },
        new("cluster_fallback_config_export", "off", SettingKind.Boolean, Roles.ControlPlane, "Leave the configuration in cluster_fallback_config_storage for new data planes."),
        new("cluster_fallback_config_import", "off", SettingKind.Boolean, Roles.DataPlane,
            "Take the configuration from cluster_fallback_config_storage when there is no other and no control plane answers."),
        new("cluster_fallback_config_storage", null, SettingKind.Text, Roles.Hybrid, "Where it is left: s3://<bucket>[/<prefix>] or file:///<folder>."),
        new("cluster_fallback_config_export_delay", "60", SettingKind.Number, Roles.ControlPlane, "Seconds for which changes are gathered before an export.")
            { Rule = SettingRules.AtLeast(0, "cluster_fallback_config_export_delay must be 0 or greater") },
        new("cluster_fallback_export_s3_config", null, SettingKind.Text, Roles.ControlPlane,
            "JSON of what is sent along with the object: ServerSideEncryption, SSEKMSKeyId, StorageClass, ACL and others."),
        new("cluster_telemetry_listen", "0.0.0.0:8006", SettingKind.Listeners, Roles.ControlPlane,
            "Address on which data planes deliver their counters and samples."),
        new("cluster_telemetry_endpoint", null, SettingKind.Text, Roles.DataPlane,
            "Host:port of the control plane's telemetry listener; unset means the host of cluster_control_plane and port 8006.")
            { Rule = SettingRules.HostAndPort("cluster_telemetry_endpoint") },
    ];
}
