using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.PluginSdk.Batching;
using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.Opentelemetry;

/// <summary>Where traces and logs go, and which requests are traced.</summary>
public sealed record OpentelemetryConfig : IPluginConfig<OpentelemetryConfig>
{
    /// <summary>The URL for traces.</summary>
    [Url, Referenceable] public string? TracesEndpoint { get; init; }

    /// <summary>The URL for logs.</summary>
    [Url, Referenceable] public string? LogsEndpoint { get; init; }

    /// <summary>Headers of the requests to the collector.</summary>
    [HeaderName(On = Level.Keys), Referenceable] public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Attributes of this node.</summary>
    [ShowsElements(Required = true)] public IReadOnlyDictionary<string, string>? ResourceAttributes { get; init; }

    /// <summary>How entries wait until they are sent.</summary>
    [Shows(Shown.OwnDefault)] public QueueSettings Queue { get; init; } = new() { MaxBatchSize = 200 };

    /// <summary>Without effect; the queue has its own settings.</summary>
    [Deprecated("opentelemetry: config.batch_span_count is deprecated, please use config.queue.max_batch_size instead", OldDefault = 200)]
    public int? BatchSpanCount { get; init; }

    /// <summary>Without effect; the queue has its own settings.</summary>
    [Deprecated("opentelemetry: config.batch_flush_delay is deprecated, please use config.queue.max_coalescing_delay instead", OldDefault = 3)]
    public int? BatchFlushDelay { get; init; }

    /// <summary>How long connecting may take, in milliseconds.</summary>
    [Between(0, 2147483646)] public int? ConnectTimeout { get; init; } = 1000;

    /// <summary>How long sending may take, in milliseconds.</summary>
    [Between(0, 2147483646)] public int? SendTimeout { get; init; } = 5000;

    /// <summary>How long the answer may take, in milliseconds.</summary>
    [Between(0, 2147483646)] public int? ReadTimeout { get; init; } = 5000;

    /// <summary>The header of the answer that tells the trace id; null tells it nowhere.</summary>
    public string? HttpResponseHeaderForTraceid { get; init; }

    /// <summary>Without effect; the propagation has its own settings.</summary>
    [OneOf("preserve", "ignore", "b3", "b3-single", "w3c", "jaeger", "ot", "aws", "gcp", "datadog", "instana"), Shows(Shown.NotRequired), Deprecated("opentelemetry: config.header_type is deprecated, please use config.propagation options instead", OldDefault = "preserve")]
    public string? HeaderType { get; init; } = "preserve";

    /// <summary>The share of requests that is traced; null takes the node's.</summary>
    [Between(0, 1), Shows(Shown.NotRequired)] public double? SamplingRate { get; init; }

    /// <summary>How trace contexts are read from requests and handed on.</summary>
    [Shows(Shown.OwnDefault)] public TracePropagation Propagation { get; init; } = new() { DefaultFormat = "w3c" };

    static IReadOnlyList<Check> IDeclared<OpentelemetryConfig>.Checks =>
    [
        Fields<OpentelemetryConfig>.AtLeastOne(c => c.TracesEndpoint, c => c.LogsEndpoint),
    ];

    static IReadOnlyList<Shorthand> IDeclared<OpentelemetryConfig>.Shorthands =>
    [
        new()
        {
            Name = "endpoint",
            Schema = new FieldSchema { Type = FieldType.String, Referenceable = true, Rules = [.. new UrlAttribute().Rules] },
            Expand = value => new JsonObject { ["traces_endpoint"] = value?.DeepClone() },
            DeprecationMessage = "OpenTelemetry: config.endpoint is deprecated, please use config.traces_endpoint instead",
            RemovalInVersion = "4.0",
        },
    ];
}
