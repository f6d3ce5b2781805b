using System.Text.Json.Nodes;
using static Gateway.Sync.OlderPlanes.Changes;
using static Gateway.Sync.OlderPlanes.PluginChanges;

namespace Gateway.Sync.OlderPlanes;

/// <summary>What every version brought that the ones before it do not understand; the newest first.</summary>
/// <remarks>
/// The one place outside the plugins' folders that knows plugins by name: a plane refuses a configuration with a field that it does not know,
/// so whoever adds a field to a plugin of an older version adds it here too, under the version that brought it.
/// </remarks>
internal static class VersionSteps
{
    private static readonly string[] _aiSizeAndAuth =
    [
        "auth.allow_override", "auth.aws_access_key_id", "auth.aws_secret_access_key", "auth.gcp_service_account_json",
        "auth.gcp_use_service_account", "model.options.bedrock", "model.options.gemini",
    ];

    private static readonly string[] _llmSizeAndAuth = ["max_request_body_size", .. _aiSizeAndAuth.Select(f => "llm." + f)];

    /// <summary>The table.</summary>
    public static IReadOnlyList<VersionStep> All { get; } =
    [
        new("3.10.0",
            Without("cors", "allow_origin_absent"),
            Without("session", "hash_subject", "store_metadata"),
            Without("prometheus", "wasm_metrics"),
            Without("ai-proxy", "llm_format"),
            Without("ai-prompt-guard", "llm_format"),
            Without("ai-prompt-decorator", "llm_format")),

        new("3.9.0", [.. AiProviders("huggingface")]),

        new("3.8.0",
        [
            .. AiProviders("gemini", "bedrock"),
            MistralAddress,
            Without("aws-lambda", "aws_sts_endpoint_url") with { Removed = [] },
            Without("response-transformer", "rename.json"),
            Without("aws-lambda", "empty_arrays_mode"),
            Without("ldap-auth", "realm"),
            Without("hmac-auth", "realm"),
            Without("jwt", "realm"),
            Without("oauth2", "realm"),
            Renamed("opentelemetry", "traces_endpoint", "endpoint"),
            Without("opentelemetry", "traces_endpoint", "logs_endpoint", "queue.concurrency_limit"),
            Without("http-log", "queue.concurrency_limit"),
            Without("statsd", "queue.concurrency_limit"),
            Without("datadog", "queue.concurrency_limit"),
            Without("zipkin", "queue.concurrency_limit"),
            Without("ai-proxy", ["max_request_body_size", "model_name_header", .. _aiSizeAndAuth]),
            Without("ai-request-transformer", _llmSizeAndAuth),
            Without("ai-response-transformer", _llmSizeAndAuth),
            Without("ai-prompt-decorator", "max_request_body_size"),
            Without("ai-prompt-guard", "max_request_body_size", "match_all_roles"),
            Without("ai-prompt-template", "max_request_body_size"),
            Without("prometheus", "ai_metrics"),
            Without("acl", "always_use_authenticated_groups"),
        ]),

        new("3.7.0",
            Replaced("ai-proxy", "route_type", "preserve", "llm/v1/chat"),
            Without("opentelemetry", "propagation"),
            Without("zipkin", "propagation"),
            Without("ai-proxy", "response_streaming", "model.options.upstream_path"),
            Without("ai-request-transformer", "llm.model.options.upstream_path"),
            Without("ai-response-transformer", "llm.model.options.upstream_path"),
            Without("key-auth", "realm")),

        new("3.6.0",
            AcmeRedis,
            FlatRedis("rate-limiting"),
            FlatRedis("response-ratelimiting"),
            Without("opentelemetry", "sampling_rate"),
            Without("basic-auth", "realm")),

        new("3.5.0",
            Replaced("opentelemetry", "header_type", "gcp", "preserve"),
            Replaced("zipkin", "header_type", "gcp", "preserve"),
            Replaced("zipkin", "default_header_type", "gcp", "b3"),
            Without("acme", "storage_config.redis.scan_count"),
            Without("cors", "private_network"),
            Without("session", "read_body_for_logout")),

        new("3.4.0",
            Replaced("opentelemetry", "header_type", "aws", "preserve"),
            Replaced("zipkin", "header_type", "aws", "preserve"),
            Replaced("zipkin", "default_header_type", "aws", "b3"),
            Without("rate-limiting", "sync_rate"),
            Without("proxy-cache", "response_headers"))
        {
            Collections = new HashSet<string> { "filter_chains" },
        },

        new("3.3.0",
            FlatQueue("statsd"),
            FlatQueue("datadog"),
            FlatSpanQueue,
            new("vaults", "env", static vault =>
            {
                if (Field(vault["config"], "prefix") is not JsonValue value || !value.TryGetValue<string>(out var prefix) || !prefix.Contains('-'))
                {
                    return null;
                }

                vault["config"]!["prefix"] = prefix.Replace('-', '_');
                return Silent;
            }),
            EntitiesWithout("ca_certificates", "updated_at"),
            EntitiesWithout("certificates", "updated_at"),
            EntitiesWithout("consumers", "updated_at"),
            EntitiesWithout("targets", "updated_at"),
            EntitiesWithout("upstreams", "updated_at"),
            EntitiesWithout("plugins", "updated_at"),
            EntitiesWithout("workspaces", "updated_at"),
            EntitiesWithout("snis", "updated_at"),
            Without("acme", "account_key", "storage_config.redis.namespace"),
            Without("aws-lambda", "disable_https"),
            Without("datadog", "queue"),
            Without("http-log", "queue"),
            Without("opentelemetry", "header_type", "http_response_header_for_traceid", "queue"),
            Without("proxy-cache", "ignore_uri_case"),
            Without("statsd", "queue"),
            Without("zipkin", "queue")),

        new("3.2.0",
            new("services", null, static service => !Is(service["protocol"], "tls") ? null
                : EntitiesWithout("services", "client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates").Apply(service)),
            new("upstreams", null, static upstream =>
            {
                if (!Is(upstream["algorithm"], "latency"))
                {
                    return null;
                }

                upstream["algorithm"] = "round-robin";
                return "upstreams with algorithm = round-robin in the place of latency";
            }),
            EntitiesWithout("plugins", "instance_name"),
            Renamed("session", "idling_timeout", "cookie_idletime"),
            Renamed("session", "rolling_timeout", "cookie_lifetime"),
            Renamed("session", "stale_ttl", "cookie_discard"),
            Renamed("session", "cookie_same_site", "cookie_samesite"),
            Renamed("session", "cookie_http_only", "cookie_httponly"),
            Renamed("session", "remember", "cookie_persistent"),
            Replaced("session", "cookie_samesite", "Default", "Lax"),
            Without("session", "absolute_timeout", "audience", "remember_absolute_timeout", "remember_cookie_name",
                "remember_rolling_timeout", "request_headers", "response_headers"),
            Without("statsd", "tag_style"),
            Without("zipkin", "phase_duration_flavor"),
            Without("aws-lambda", "aws_imds_protocol_version")),

        new("3.1.0",
            EntitiesWithout("upstreams", "use_srv_name"),
            Without("acme", "enable_ipv4_common_name", "storage_config.redis.ssl", "storage_config.redis.ssl_server_name", "storage_config.redis.ssl_verify"),
            Without("datadog", "flush_timeout", "queue_size", "retry_count"),
            Without("rate-limiting", "error_code", "error_message"),
            Without("response-ratelimiting", "redis_server_name", "redis_ssl", "redis_ssl_verify"),
            Without("session", "cookie_persistent"),
            Without("statsd", "flush_timeout", "queue_size", "retry_count"),
            Without("zipkin", "http_response_header_for_traceid"))
        {
            Collections = new HashSet<string> { "keys", "key_sets" },
        },
    ];
}
