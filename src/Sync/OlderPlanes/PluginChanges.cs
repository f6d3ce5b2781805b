using System.Text.Json.Nodes;
using static Gateway.Sync.OlderPlanes.Changes;

namespace Gateway.Sync.OlderPlanes;

/// <summary>Changes to plugins' configurations that take more than leaving out, renaming or replacing a field.</summary>
internal static class PluginChanges
{
    /// <summary>An AI provider that older planes do not have; they get the openai provider, which passes requests on as they are.</summary>
    public static IEnumerable<EntityChange> AiProviders(params string[] providers) =>
    [
        Config("ai-proxy", config => Provider("ai-proxy", config, config["model"], providers)),
        Config("ai-request-transformer", config => Provider("ai-request-transformer", config, Field(config["llm"], "model"), providers)),
        Config("ai-response-transformer", config => Provider("ai-response-transformer", config, Field(config["llm"], "model"), providers)),
    ];

    /// <summary>Older planes have no default address for the provider mistral.</summary>
    public static EntityChange MistralAddress => Config("ai-proxy", config =>
    {
        if (config["model"] is not JsonObject model || !Is(model["provider"], "mistral") || Field(model["options"], "upstream_url") is not null)
        {
            return null;
        }

        if (model["options"] is not JsonObject)
        {
            model["options"] = new JsonObject();
        }

        model["options"]!["upstream_url"] = "https://api.mistral.ai:443";
        return Silent;
    });

    /// <summary>The connection to Redis stood flat in the plugin's configuration.</summary>
    /// <remarks>Done for every policy, because planes of that age refuse a configuration with a <c>redis</c> record whether it is used or not.</remarks>
    public static EntityChange FlatRedis(string plugin) => Config(plugin, config =>
    {
        if (!config.TryGetPropertyValue("redis", out var node))
        {
            return null;
        }

        config.Remove("redis");
        if (node is JsonObject redis)
        {
            foreach (var name in (string[])["host", "port", "username", "password", "database", "timeout", "ssl", "ssl_verify", "server_name"])
            {
                if (redis.TryGetPropertyValue(name, out var value))
                {
                    redis.Remove(name);
                    config["redis_" + name] = value;
                }
            }
        }

        return Silent;
    });

    /// <summary>The store of certificates in Redis had other names for the same fields.</summary>
    public static EntityChange AcmeRedis => Config("acme", config =>
    {
        if (Field(config["storage_config"], "redis") is not JsonObject redis || !redis.ContainsKey("extra_options"))
        {
            return null;
        }

        var former = new JsonObject();
        Move(redis, "host", "host");
        Move(redis, "port", "port");
        Move(redis, "password", "auth");
        Move(redis, "database", "database");
        Move(redis, "ssl", "ssl");
        Move(redis, "ssl_verify", "ssl_verify");
        Move(redis, "server_name", "ssl_server_name");
        if (redis["extra_options"] is JsonObject extra)
        {
            Move(extra, "namespace", "namespace");
            Move(extra, "scan_count", "scan_count");
        }

        config["storage_config"]!["redis"] = former;
        return Silent;

        void Move(JsonObject from, string name, string before)
        {
            if (from.TryGetPropertyValue(name, out var value))
            {
                from.Remove(name);
                former[before] = value;
            }
        }
    });

    /// <summary>The queue of a plugin was three numbers; the number of retries had the same default everywhere.</summary>
    public static EntityChange FlatQueue(string plugin) => Config(plugin, config =>
    {
        var changed = Number(config, "retry_count", null, 10);
        changed |= Number(config, "queue_size", "max_batch_size", 1);
        changed |= Number(config, "flush_timeout", "max_coalescing_delay", 2);
        return changed ? Silent : null;
    });

    /// <summary>The queue of the opentelemetry plugin was two numbers.</summary>
    public static EntityChange FlatSpanQueue => Config("opentelemetry", config =>
    {
        var changed = Number(config, "batch_span_count", "max_batch_size", 200);
        changed |= Number(config, "batch_flush_delay", "max_coalescing_delay", 3);
        return changed ? Silent : null;
    });

    private static bool Number(JsonObject config, string field, string? inQueue, int otherwise)
    {
        if (IsNumber(config[field]))
        {
            return false;
        }

        var queued = inQueue is null ? null : (config["queue"] as JsonObject)?[inQueue];
        config[field] = IsNumber(queued) ? queued!.DeepClone() : otherwise;
        return true;
    }

    private static string? Provider(string plugin, JsonObject config, JsonNode? node, string[] providers)
    {
        if (node is not JsonObject model || providers.FirstOrDefault(p => Is(model["provider"], p)) is not { } provider)
        {
            return null;
        }

        model["provider"] = "openai";
        (model["options"] as JsonObject)?.Remove(provider);
        if (plugin is "ai-proxy")
        {
            config["route_type"] = "preserve";
        }

        return $"{plugin} with the provider openai in the place of {provider}";
    }
}
