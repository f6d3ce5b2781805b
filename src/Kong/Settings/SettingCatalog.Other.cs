namespace Gateway.Kong.Settings;

/// <content>Declarations: tuning, the Manager, and what only Lua and WebAssembly read.</content>
internal static partial class SettingCatalog
{
    private static Setting[] Tuning =>
    [
        new("worker_consistency", "eventual", SettingKind.Choice, Roles.Traditional, "Eventual (background) or strict (per request) rebuild; here a change is in force for all requests at once.")
            { OneOf = ["strict", "eventual"], Effective = false },
        new("worker_state_update_frequency", "5", SettingKind.Number, Roles.DataPlaneOrTraditional, "Seconds between rebuild checks; here changes tell of themselves.")
            { Rule = SettingRules.Above(0, "worker_state_update_frequency must be greater than 0"), Effective = false },
        new("router_flavor", "traditional_compatible", SettingKind.Choice, Roles.All, "Traditional_compatible, expressions or traditional.")
            { OneOf = ["traditional", "traditional_compatible", "expressions"] },
        new("route_match_calculation", "strict", SettingKind.Choice, Roles.Proxying,
            "The order in which routes are tried: strict is the intended one, original the one that Kong's open source computes.")
            { OneOf = ["original", "strict"] },
        new("lua_max_req_headers", "100", SettingKind.Number, Roles.Proxying, "Request headers parsed, 1–1000.")
            { Rule = SettingRules.Whole(1, 1000, "lua_max_req_headers must be an integer between 1 and 1000"), Effective = false },
        new("lua_max_resp_headers", "100", SettingKind.Number, Roles.Proxying, "Response headers parsed.")
            { Rule = SettingRules.Whole(1, 1000, "lua_max_resp_headers must be an integer between 1 and 1000"), Effective = false },
        new("lua_max_uri_args", "100", SettingKind.Number, Roles.Proxying, "Query args parsed.")
            { Rule = SettingRules.Whole(1, 1000, "lua_max_uri_args must be an integer between 1 and 1000"), Effective = false },
        new("lua_max_post_args", "100", SettingKind.Number, Roles.Proxying, "Form args parsed.")
            { Rule = SettingRules.Whole(1, 1000, "lua_max_post_args must be an integer between 1 and 1000"), Effective = false },
    ];

    private static Setting[] Miscellaneous =>
    [
        new("lua_ssl_trusted_certificate", "system", SettingKind.List, Roles.All, "CA bundle(s) for upstreams whose service names no authority, and for the servers that plugins call; system allowed.")
            { Rule = TlsSettings.JudgeTrusted },
        new("lua_ssl_verify_depth", "1", SettingKind.Number, Roles.All, "Authorities between the certificate of a server that plugins call and a trusted one; any number where not given.")
            { Rule = SettingRules.Whole(0, 100, "lua_ssl_verify_depth must be an integer between 0 and 100") },
        new("lua_ssl_protocols", "TLSv1.2 TLSv1.3", SettingKind.Text, Roles.All, "TLS versions with servers that plugins call.") { Rule = TlsSettings.JudgeProtocols("lua_ssl_protocols") },
        new("lua_package_path", "./?.lua;./?/init.lua;", SettingKind.Text, Roles.All, "Lua path; accepted for compatibility.") { Effective = false },
        new("lua_package_cpath", null, SettingKind.Text, Roles.All, "Lua C path; accepted for compatibility.") { Effective = false },
        new("lua_socket_pool_size", "256", SettingKind.Number, Roles.All, "Internal client pool size.") { Effective = false },
        new("untrusted_lua", "sandbox", SettingKind.Choice, Roles.All, "Off, sandbox, strict, lax, on for user Lua.")
            { OneOf = ["off", "sandbox", "strict", "lax", "on"], Effective = false },
        new("untrusted_lua_sandbox_requires", null, SettingKind.List, Roles.All, "Modules allowed in sandbox.") { Effective = false },
        new("untrusted_lua_sandbox_environment", null, SettingKind.List, Roles.All, "Globals allowed in sandbox.") { Effective = false },
        new("openresty_path", null, SettingKind.Text, Roles.All, "OpenResty location; accepted for compatibility.") { Effective = false },
    ];

    private static Setting[] Manager =>
    [
        new("admin_gui_url", null, SettingKind.List, Roles.Managing, "Public Manager URL(s), for CORS."),
        new("admin_gui_path", "/", SettingKind.Text, Roles.Managing, "Base path of the Manager, which is at the root here.")
            { Effective = false },
        new("admin_gui_api_url", null, SettingKind.Text, Roles.Managing, "Admin API URL the browser should use; the Manager's server asks it, never the browser.")
            { Effective = false },
        new("admin_gui_csp_header", "off", SettingKind.Boolean, Roles.Managing, "Send Content-Security-Policy; the Manager always does.") { Effective = false },
        new("admin_gui_ssl_cert", null, SettingKind.Certificate, Roles.Managing, "Manager certificate(s)."),
        new("admin_gui_ssl_cert_key", null, SettingKind.Key, Roles.Managing, "Manager key(s).") { Sensitive = true },
    ];

    private static Setting[] Wasm =>
    [
        new("wasm", "off", SettingKind.Boolean, Roles.All, "Enable filter chains.") { Effective = false },
        new("wasm_filters_path", null, SettingKind.Text, Roles.All, "Directory of .wasm files.") { Effective = false },
        new("wasm_filters", "bundled,user", SettingKind.List, Roles.All, "Filters offered: bundled, user, names, off.") { Effective = false },
        new("wasm_dynamic_module", null, SettingKind.Text, Roles.All, "Module path (internal).") { Effective = false },
    ];
}
