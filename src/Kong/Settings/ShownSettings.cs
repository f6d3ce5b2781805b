using System.Text.Json.Nodes;
using Gateway.DataPlane.Proxy;

namespace Gateway.Kong.Settings;

/// <summary>The <c>configuration</c> of <c>GET /</c>: every setting, and what Kong derives from the settings for its own use and shows there.</summary>
/// <param name="settings">The settings.</param>
/// <param name="values">Their values.</param>
internal sealed class ShownSettings(KongSettings settings, SettingValues values)
{
    // Shown as they are written, although they are switches.
    private static readonly string[] _switchesAsTexts = ["nginx_daemon", "real_ip_recursive", "ssl_prefer_server_ciphers", "ssl_session_tickets"];

    private static readonly string[] _listeners = ["admin", "admin_gui", "cluster", "proxy", "status", "stream"];
    private static readonly string[] _certificates = ["admin_gui_ssl_cert", "admin_ssl_cert", "client_ssl_cert", "ssl_cert", "status_ssl_cert"];

    private static readonly string[] _directives =
    [
        "nginx_admin", "nginx_events", "nginx_http", "nginx_location", "nginx_main", "nginx_proxy", "nginx_sproxy", "nginx_status", "nginx_stream", "nginx_supstream", "nginx_upstream",
        "nginx_wasm_main", "nginx_wasm_main_shm_kv", "nginx_wasm_v8", "nginx_wasm_wasmer", "nginx_wasm_wasmtime",
    ];

    // What the server's blocks take over from settings of another name.
    private static readonly string[] _takenOver = ["ssl_protocols", "ssl_prefer_server_ciphers", "ssl_dhparam", "ssl_session_tickets", "ssl_session_timeout"];

    // Files and sockets of a web server that is not here; clients find the names, and nothing behind them.
    private static readonly string[] _nothingHere =
    [
        "cluster_incremental_sync", "cluster_proxy_ssl_terminator_sock", "kong_process_secrets", "lmdb_validation_tag", "lua_ssl_trusted_certificate_combined", "nginx_conf",
        "nginx_http_lua_ssl_protocols", "nginx_inject_conf", "nginx_kong_conf", "nginx_kong_gui_include_conf", "nginx_kong_inject_conf", "nginx_kong_stream_conf",
        "nginx_kong_stream_inject_conf", "nginx_stream_lua_ssl_protocols", "socket_path", "ssl_cert_csr_default", "stream_config_sock", "stream_rpc_sock", "stream_tls_passthrough_sock",
        "stream_tls_terminate_sock", "stream_worker_events_sock", "worker_events_sock",
    ];

    /// <summary>The whole object.</summary>
    public JsonObject Render()
    {
        var shown = values.ToJson();
        foreach (var setting in SettingCatalog.All)
        {
            // Lua has one empty table for lists and maps, which is written as an object.
            shown[setting.Name] = shown[setting.Name] is { } value
                ? _switchesAsTexts.Contains(setting.Name) ? values.Text(setting.Name) : value.DeepClone()
                : setting.Kind is SettingKind.List or SettingKind.Listeners or SettingKind.Certificate ? new JsonObject() : null;
        }

        foreach (var name in _nothingHere)
        {
            shown[name] = null;
        }

        AddListeners(shown);
        AddCertificates(shown);
        AddNames(shown);
        foreach (var (block, name) in new[] { "nginx_http_", "nginx_stream_" }.SelectMany(b => _takenOver.Select(n => (b, n))))
        {
            shown[block + name] ??= values.Text(name);
        }

        foreach (var family in _directives)
        {
            shown[family + "_directives"] = Directives(shown, family + "_");
        }

        return shown;
    }

    private void AddListeners(JsonObject shown)
    {
        foreach (var name in _listeners)
        {
            var listeners = ShownListener.Of(values.Text(name + "_listen"), name is "stream");
            shown[name + "_listeners"] = listeners.Count > 0 ? new JsonArray([.. listeners.Select(l => (JsonNode?)l.Render())]) : new JsonObject();
            shown[name is "stream" ? "stream_proxy_ssl_enabled" : name + "_ssl_enabled"] = listeners.Any(l => l.IsTls);
        }

        shown.Remove("cluster_ssl_enabled");
    }

    private void AddCertificates(JsonObject shown)
    {
        // One pair, made by the node, stands for all listeners that were given none.
        var file = Path.Combine(settings.DefaultCertificateFolder, "kong-default.crt");
        foreach (var name in _certificates)
        {
            shown[name + "_default"] = file;
            shown[name + "_key_default"] = Path.ChangeExtension(file, ".key");
            if (name is not "client_ssl_cert")
            {
                (shown[name + "_default_ecdsa"], shown[name + "_key_default_ecdsa"]) = (null, null);
            }

            var listen = name is "ssl_cert" ? "proxy" : name[..^"_ssl_cert".Length];
            if (!values.IsGiven(name) && shown[listen + "_ssl_enabled"] is JsonValue isTls && isTls.GetValue<bool>())
            {
                (shown[name], shown[name + "_key"]) = (new JsonArray(file), "******");
            }
        }
    }

    private void AddNames(JsonObject shown)
    {
        shown["kong_env"] = StoredSettings.PathIn(settings.Prefix);
        shown["nginx_pid"] = new Node.NodePrefix(settings.Prefix).PidFile;
        shown["admin_acc_logs"] = Path.Combine(settings.Prefix, values.Required("admin_access_log"));
        shown["nginx_acc_logs"] = Path.Combine(settings.Prefix, values.Required("proxy_access_log"));
        shown["nginx_err_logs"] = Path.Combine(settings.Prefix, values.Required("proxy_error_log"));
        shown["pluginservers"] = new JsonObject();
        shown["loaded_vaults"] = new JsonObject { ["env"] = true };
        shown["loaded_plugins"] = new JsonObject(settings.Plugins.Plugins.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Name, true)));
        var headers = values.List("headers").Aggregate(AnswerHeaders.None, (all, h) => all | (ProxySettings.AnswerHeader(h) ?? AnswerHeaders.None));
        shown["enabled_headers"] = new JsonObject(new[]
        {
            "server_tokens", "latency_tokens", "Via", "Server", "X-Kong-Proxy-Latency", "X-Kong-Response-Latency", "X-Kong-Upstream-Latency", "X-Kong-Upstream-Status", "X-Kong-Request-Id",
        }.Select(h => KeyValuePair.Create<string, JsonNode?>(h, headers.HasFlag(ProxySettings.AnswerHeader(h)!.Value))))
        {
            ["X-Kong-Admin-Latency"] = true,
        };
        shown["enabled_headers_upstream"] = new JsonObject(values.List("headers_upstream").Select(_ => KeyValuePair.Create<string, JsonNode?>("X-Kong-Request-Id", true)).DistinctBy(h => h.Key));
    }

    private static JsonNode Directives(JsonObject shown, string family)
    {
        var given = SettingCatalog.All.Where(s => s.Name.StartsWith(family, StringComparison.Ordinal) && shown[s.Name] is JsonValue)
            .Select(s => (JsonNode?)new JsonObject { ["name"] = s.Name[family.Length..], ["value"] = shown[s.Name]!.ToString() }).ToArray();
        return given.Length > 0 ? new JsonArray(given) : new JsonObject();
    }
}
