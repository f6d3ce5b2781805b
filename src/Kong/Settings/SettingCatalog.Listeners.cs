namespace Gateway.Kong.Settings;

/// <content>Declarations: addresses, TLS, headers, and the few nginx directives with a meaning here.</content>
internal static partial class SettingCatalog
{
    private static Setting[] Listeners =>
    [
        new("proxy_listen", "0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384",
            SettingKind.Listeners, Roles.Proxying,
            "Client HTTP(S) listeners; flags ssl http2 proxy_protocol deferred bind reuseport backlog= ipv6only so_keepalive."),
        new("stream_listen", "off", SettingKind.Listeners, Roles.Proxying,
            "Client TCP, TLS and UDP listeners; flags ssl udp proxy_protocol bind reuseport backlog= ipv6only so_keepalive."),
        new("admin_listen", "127.0.0.1:8001 reuseport backlog=16384, 127.0.0.1:8444 http2 ssl reuseport backlog=16384",
            SettingKind.Listeners, Roles.Managing,
            "Admin API listeners; off to disable."),
        new("admin_gui_listen", "0.0.0.0:8002, 0.0.0.0:8445 ssl", SettingKind.Listeners, Roles.Managing, "Manager listeners."),
        new("status_listen", "127.0.0.1:8100", SettingKind.Listeners, Roles.All, "Addresses of the status endpoints: health, readiness and metrics."),
        new("nginx_user", "kong kong", SettingKind.Text, Roles.All, "Worker user and group; the node runs as who starts it.") { Effective = false },
        new("nginx_worker_processes", "auto", SettingKind.Text, Roles.All, "Worker count or auto; one process uses all processors that it may.") { Effective = false },
        new("nginx_daemon", "on", SettingKind.Boolean, Roles.All, "Whether 'kong start' leaves the node in the background or stays in the foreground."),
        new("mem_cache_size", "128m", SettingKind.Text, Roles.WithDatabase, "Size of each of two entity caches, of which there are none.") { Effective = false },
        new("worker_events_max_payload", "65535", SettingKind.Number, Roles.All, "Max bytes of inter-worker event.") { Effective = false },
        new("ssl_cipher_suite", "intermediate", SettingKind.Choice, Roles.Proxying, "Modern, intermediate, old, fips, custom.")
            { OneOf = [.. TlsSettings.Suites] },
        new("ssl_ciphers", null, SettingKind.Text, Roles.Proxying, "Cipher list when suite is custom.") { Rule = TlsSettings.JudgeCiphers },
        new("ssl_protocols", "TLSv1.2 TLSv1.3", SettingKind.Text, Roles.Proxying, "Client-side TLS versions.") { Rule = TlsSettings.JudgeProtocols("ssl_protocols") },
        new("ssl_prefer_server_ciphers", "on", SettingKind.Boolean, Roles.Proxying, "Server cipher order wins; the runtime's TLS decides.") { Effective = false },
        new("ssl_dhparam", null, SettingKind.Text, Roles.Proxying, "DH group name or file.") { Effective = false },
        new("ssl_session_tickets", "on", SettingKind.Boolean, Roles.Proxying, "TLS session tickets."),
        new("ssl_session_timeout", "1d", SettingKind.Text, Roles.Proxying, "TLS session lifetime; the runtime's TLS decides.") { Effective = false },
        new("ssl_session_cache_size", "10m", SettingKind.Text, Roles.Proxying, "TLS session cache size; sessions are kept by clients, as tickets.") { Effective = false },
        new("ssl_cert", null, SettingKind.Certificate, Roles.Proxying, "Default proxy certificate(s), list for RSA+ECDSA."),
        new("ssl_cert_key", null, SettingKind.Key, Roles.Proxying, "Keys matching ssl_cert.") { Sensitive = true },
        new("client_ssl", "off", SettingKind.Boolean, Roles.Proxying, "Present a global client certificate upstream."),
        new("client_ssl_cert", null, SettingKind.Certificate, Roles.Proxying, "That client certificate."),
        new("client_ssl_cert_key", null, SettingKind.Key, Roles.Proxying, "That client key.") { Sensitive = true },
        new("admin_ssl_cert", null, SettingKind.Certificate, Roles.Managing, "Admin TLS certificate(s)."),
        new("admin_ssl_cert_key", null, SettingKind.Key, Roles.Managing, "Admin TLS key(s).") { Sensitive = true },
        new("status_ssl_cert", null, SettingKind.Certificate, Roles.All, "Status TLS certificate(s)."),
        new("status_ssl_cert_key", null, SettingKind.Key, Roles.All, "Status TLS key(s).") { Sensitive = true },
        new("headers", "server_tokens, latency_tokens, x-kong-request-id", SettingKind.List, Roles.Proxying,
            "Response headers Kong adds: server_tokens, latency_tokens or single names.")
            { Rule = SettingRules.AnswerHeaders },
        new("headers_upstream", "x-kong-request-id", SettingKind.List, Roles.Proxying, "Request headers Kong adds; only X-Kong-Request-Id or off.")
            { Rule = SettingRules.UpstreamHeaders },
        new("trusted_ips", null, SettingKind.List, Roles.Proxying, "CIDRs whose X-Forwarded-* are believed.")
            { Rule = SettingRules.TrustedAddresses },
        new("real_ip_header", "X-Real-IP", SettingKind.Text, Roles.Proxying, "Header naming the real client."),
        new("real_ip_recursive", "off", SettingKind.Boolean, Roles.Proxying, "Walk X-Forwarded-For past trusted addresses."),
        new("error_default_type", "text/plain", SettingKind.Choice, Roles.Proxying, "Error media type when Accept is absent.")
            { OneOf = ["application/json", "application/xml", "text/html", "text/plain"] },
        new("upstream_keepalive_pool_size", "512", SettingKind.Number, Roles.Proxying, "Idle upstream connections per worker pool; 0 off.")
            { Rule = SettingRules.AtLeast(0, "upstream_keepalive_pool_size must be 0 or greater") },
        new("upstream_keepalive_max_requests", "10000", SettingKind.Number, Roles.Proxying, "Requests per upstream connection.")
            { Rule = SettingRules.AtLeast(0, "upstream_keepalive_max_requests must be 0 or greater") },
        new("upstream_keepalive_idle_timeout", "60", SettingKind.Number, Roles.Proxying, "Seconds an idle upstream connection lives.")
            { Rule = SettingRules.AtLeast(0, "upstream_keepalive_idle_timeout must be 0 or greater") },
        new("allow_debug_header", "off", SettingKind.Boolean, Roles.Proxying, "Honour Kong-Debug request header."),
        new("client_body_buffer_size", "8k", SettingKind.Text, Roles.Proxying, "Another name of nginx_http_client_body_buffer_size.") { InsteadOf = "nginx_http_client_body_buffer_size" },
    ];

    private static Setting[] Nginx =>
    [
        new("nginx_http_client_max_body_size", "0", SettingKind.Text, Roles.Proxying, "Largest body of a request, which is answered 413 beyond; 0 is any.")
            { Rule = SettingRules.Size("nginx_http_client_max_body_size") },
        new("nginx_proxy_client_max_body_size", null, SettingKind.Text, Roles.Proxying, "Another name of nginx_http_client_max_body_size.") { InsteadOf = "nginx_http_client_max_body_size" },
        new("nginx_http_large_client_header_buffers", null, SettingKind.Text, Roles.Proxying,
            "Number and size of buffers for the head of a request, 4 8k where not given: its first line is not longer than one, and not all of it larger than all.")
            { Rule = SettingRules.Buffers("nginx_http_large_client_header_buffers") },
        new("nginx_proxy_large_client_header_buffers", null, SettingKind.Text, Roles.Proxying, "Another name of nginx_http_large_client_header_buffers.")
            { InsteadOf = "nginx_http_large_client_header_buffers" },
        new("nginx_http_keepalive_timeout", null, SettingKind.Text, Roles.Proxying, "How long a client's connection without a request stays open, 75s where not given.")
            { Rule = SettingRules.Time("nginx_http_keepalive_timeout") },
        new("nginx_proxy_keepalive_timeout", null, SettingKind.Text, Roles.Proxying, "Another name of nginx_http_keepalive_timeout.") { InsteadOf = "nginx_http_keepalive_timeout" },
        new("nginx_http_client_header_timeout", null, SettingKind.Text, Roles.Proxying, "Within what time the head of a request must come, 60s where not given.")
            { Rule = SettingRules.Time("nginx_http_client_header_timeout") },
        new("nginx_proxy_client_header_timeout", null, SettingKind.Text, Roles.Proxying, "Another name of nginx_http_client_header_timeout.") { InsteadOf = "nginx_http_client_header_timeout" },
        new("nginx_http_client_body_timeout", null, SettingKind.Text, Roles.Proxying,
            "How long a client may send nothing of a body that is gathered before it is answered 408, 60s where not given; of one that goes on as it comes, read_timeout of the service says it.")
            { Rule = SettingRules.Time("nginx_http_client_body_timeout") },
        new("nginx_proxy_client_body_timeout", null, SettingKind.Text, Roles.Proxying, "Another name of nginx_http_client_body_timeout.") { InsteadOf = "nginx_http_client_body_timeout" },
        new("nginx_http_send_timeout", null, SettingKind.Text, Roles.Proxying,
            "How long a client may take nothing of its answer before it is cut off, 60s where not given.") { Rule = SettingRules.Time("nginx_http_send_timeout") },
        new("nginx_proxy_send_timeout", null, SettingKind.Text, Roles.Proxying, "Another name of nginx_http_send_timeout.") { InsteadOf = "nginx_http_send_timeout" },
        new("nginx_http_keepalive_requests", "10000", SettingKind.Text, Roles.Proxying, "Requests that a client's connection serves before it is closed.")
            { Rule = SettingRules.Whole(0, int.MaxValue, "nginx_http_keepalive_requests must be an integer of 0 or more") },
        new("nginx_proxy_keepalive_requests", null, SettingKind.Text, Roles.Proxying, "Another name of nginx_http_keepalive_requests.") { InsteadOf = "nginx_http_keepalive_requests" },
        new("nginx_http_client_body_buffer_size", "8k", SettingKind.Text, Roles.Proxying,
            "How much of a body that is gathered before it goes on (request_buffering) is held in memory; a larger one goes into a file below the prefix.")
            { Rule = SettingRules.Size("nginx_http_client_body_buffer_size") },
        new("nginx_proxy_client_body_buffer_size", null, SettingKind.Text, Roles.Proxying, "Another name of nginx_http_client_body_buffer_size.") { InsteadOf = "nginx_http_client_body_buffer_size" },
        new("nginx_admin_client_max_body_size", "10m", SettingKind.Text, Roles.Managing, "Largest body of a request to the Admin API; 0 is any.")
            { Rule = SettingRules.Size("nginx_admin_client_max_body_size") },
        new("nginx_admin_client_body_buffer_size", "10m", SettingKind.Text, Roles.Managing, "Admin body buffer.") { Effective = false },
        new("nginx_proxy_ssl_verify_client", "off", SettingKind.Choice, Roles.Proxying, "Whether clients must show a certificate.")
            { OneOf = ["on", "off", "optional", "optional_no_ca"] },
        new("nginx_proxy_ssl_client_certificate", null, SettingKind.Text, Roles.Proxying, "Authorities of clients' certificates.")
            { Rule = TlsSettings.JudgeAuthorities("nginx_proxy_ssl_client_certificate") },
        new("nginx_proxy_ssl_verify_depth", "1", SettingKind.Number, Roles.Proxying, "Authorities between a client's certificate and a trusted one.")
            { Rule = SettingRules.Whole(0, 100, "nginx_proxy_ssl_verify_depth must be an integer between 0 and 100") },
        new("nginx_proxy_ssl_stapling", "off", SettingKind.Boolean, Roles.Proxying, "Whether handshakes carry what the OCSP server of a certificate's authority says of it."),
        new("nginx_http_charset", "UTF-8", SettingKind.Text, Roles.Proxying, "Default charset in Content-Type.") { Effective = false },
        new("nginx_http_log_format", null, SettingKind.Text, Roles.All,
            "A form for access logs: its name and a text with nginx's variables, such as: short escape=json '$remote_addr $status'.") { Rule = SettingRules.LogFormat },
        new("nginx_http_lua_regex_match_limit", "100000", SettingKind.Text, Roles.Proxying, "PCRE match limit.") { Effective = false },
        new("nginx_http_lua_regex_cache_max_entries", "8192", SettingKind.Text, Roles.Proxying, "Regex cache entries.") { Effective = false },
        new("nginx_main_worker_rlimit_nofile", "auto", SettingKind.Text, Roles.All, "Open-file limit; the process takes the hard one.") { Effective = false },
        new("nginx_events_worker_connections", "auto", SettingKind.Text, Roles.All, "Connections per worker.") { Effective = false },
        new("nginx_events_multi_accept", "on", SettingKind.Text, Roles.All, "Accept batching.") { Effective = false },
        new("nginx_proxy_real_ip_header", "X-Real-IP", SettingKind.Text, Roles.Proxying, "Another name of real_ip_header.") { InsteadOf = "real_ip_header" },
        new("nginx_proxy_real_ip_recursive", "off", SettingKind.Text, Roles.Proxying, "Another name of real_ip_recursive.") { InsteadOf = "real_ip_recursive" },
        new("nginx_main_user", "kong kong", SettingKind.Text, Roles.All, "Injected copy of nginx_user.") { Effective = false },
        new("nginx_main_daemon", "on", SettingKind.Text, Roles.All, "Another name of nginx_daemon.") { InsteadOf = "nginx_daemon" },
        new("nginx_main_worker_processes", "auto", SettingKind.Text, Roles.All, "Injected copy of nginx_worker_processes.") { Effective = false },
        new("nginx_http_ssl_protocols", null, SettingKind.Text, Roles.Proxying, "Another name of ssl_protocols.") { InsteadOf = "ssl_protocols" },
        new("nginx_http_ssl_prefer_server_ciphers", null, SettingKind.Text, Roles.Proxying, "Derived.") { Effective = false },
        new("nginx_http_ssl_dhparam", null, SettingKind.Text, Roles.Proxying, "Derived.") { Effective = false },
        new("nginx_http_ssl_session_tickets", null, SettingKind.Text, Roles.Proxying, "Another name of ssl_session_tickets.") { InsteadOf = "ssl_session_tickets" },
        new("nginx_http_ssl_session_timeout", null, SettingKind.Text, Roles.Proxying, "Derived.") { Effective = false },
        new("nginx_http_ssl_conf_command", null, SettingKind.Text, Roles.Proxying, "Raw OpenSSL conf command.") { Effective = false },
        new("nginx_http_proxy_ssl_conf_command", null, SettingKind.Text, Roles.Proxying, "Same for upstream TLS.") { Effective = false },
        new("nginx_http_lua_ssl_conf_command", null, SettingKind.Text, Roles.All, "Same for internal clients.") { Effective = false },
        new("nginx_http_grpc_ssl_conf_command", null, SettingKind.Text, Roles.Proxying, "Same for gRPC upstreams.") { Effective = false },
        new("nginx_stream_ssl_conf_command", null, SettingKind.Text, Roles.Proxying, "Same for stream TLS.") { Effective = false },
        new("nginx_stream_proxy_ssl_conf_command", null, SettingKind.Text, Roles.Proxying, "Same for stream upstream TLS.") { Effective = false },
        new("nginx_stream_lua_ssl_conf_command", null, SettingKind.Text, Roles.Proxying, "Same for stream internal clients.") { Effective = false },
        new("nginx_stream_ssl_protocols", null, SettingKind.Text, Roles.Proxying, "Derived from ssl_protocols.") { Effective = false },
        new("nginx_stream_ssl_prefer_server_ciphers", null, SettingKind.Text, Roles.Proxying, "Derived.") { Effective = false },
        new("nginx_stream_ssl_dhparam", null, SettingKind.Text, Roles.Proxying, "Derived.") { Effective = false },
        new("nginx_stream_ssl_session_tickets", null, SettingKind.Text, Roles.Proxying, "Derived.") { Effective = false },
        new("nginx_stream_ssl_session_timeout", null, SettingKind.Text, Roles.Proxying, "Derived.") { Effective = false },
    ];
}
