using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.PluginSdk.Batching;
using Gateway.Schema;

namespace Gateway.Plugins.HttpLog;

/// <summary>Where log entries go.</summary>
public sealed record HttpLogConfig : IPluginConfig<HttpLogConfig>
{
    /// <summary>The URL; a name and password in it become an Authorization header.</summary>
    [Url, Encrypted, Referenceable] public required string HttpEndpoint { get; init; }

    /// <summary>The method.</summary>
    [OneOf("POST", "PUT", "PATCH")] public string? Method { get; init; } = "POST";

    /// <summary>The type of the body.</summary>
    [OneOf("application/json", "application/json; charset=utf-8")] public string? ContentType { get; init; } = "application/json";

    /// <summary>How long sending may take, in milliseconds.</summary>
    public double? Timeout { get; init; } = 10000;

    /// <summary>How long an idle connection is kept, in milliseconds.</summary>
    public double? Keepalive { get; init; } = 60000;

    /// <summary>Without effect; the queue has its own settings.</summary>
    [Deprecated("http-log: config.retry_count no longer works, please use config.queue.max_retry_time instead", OldDefault = 10)]
    public int? RetryCount { get; init; }

    /// <summary>The older name of <c>queue.max_batch_size</c>; any value but 1 takes its place.</summary>
    [Deprecated("http-log: config.queue_size is deprecated, please use config.queue.max_batch_size instead", OldDefault = 1)]
    public int? QueueSize { get; init; }

    /// <summary>The older name of <c>queue.max_coalescing_delay</c>; any value but 2 takes its place.</summary>
    [Deprecated("http-log: config.flush_timeout is deprecated, please use config.queue.max_coalescing_delay instead", OldDefault = 2)]
    public double? FlushTimeout { get; init; }

    /// <summary>Further headers.</summary>
    [LogHeaderName(On = Level.Keys), Referenceable] public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>How entries wait until they are sent.</summary>
    public QueueSettings Queue { get; init; } = new();

    /// <summary>Fields that are added to the log entry, by name; each is what a piece of Lua returns.</summary>
    [MinLength(1, On = Level.Keys), MinLength(1, On = Level.Values)] public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }

    static Func<JsonObject, string?>? IDeclared<HttpLogConfig>.Judge => static config =>
        Uri.TryCreate(Json.String(config["http_endpoint"]), UriKind.Absolute, out var url) && url.UserInfo.Length > 0
        && config["headers"] is JsonObject headers && headers.Any(h => string.Equals(h.Key, "authorization", StringComparison.OrdinalIgnoreCase))
            ? "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed"
            : null;
}
