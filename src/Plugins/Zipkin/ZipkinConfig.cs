using Gateway.Entities;
using Gateway.PluginSdk.Batching;
using Gateway.Plugins.Common;
using Gateway.Schema;

namespace Gateway.Plugins.Zipkin;

/// <summary>Where traces go, and which requests are traced.</summary>
public sealed record ZipkinConfig : IPluginConfig<ZipkinConfig>
{
    /// <summary>The name of this node's service.</summary>
    public string LocalServiceName { get; init; } = "kong";

    /// <summary>The URL.</summary>
    [Url] public string? HttpEndpoint { get; init; }

    /// <summary>The share of requests that is traced.</summary>
    [Between(0, 1)] public double? SampleRatio { get; init; } = 0.001;

    /// <summary>The name of services without one.</summary>
    public string? DefaultServiceName { get; init; }

    /// <summary>Whether traces name the credential.</summary>
    public bool IncludeCredential { get; init; } = true;

    /// <summary>The length of trace ids, in bytes.</summary>
    [OneOf(8, 16)] public int TraceidByteCount { get; init; } = 16;

    /// <summary>Without effect; the propagation has its own settings.</summary>
    [OneOf("preserve", "ignore", "b3", "b3-single", "w3c", "jaeger", "ot", "aws", "datadog", "gcp", "instana"), Deprecated("zipkin: config.header_type is deprecated, please use config.propagation options instead", OldDefault = "preserve")]
    public string HeaderType { get; init; } = "preserve";

    /// <summary>Without effect; the propagation has its own settings.</summary>
    [OneOf("b3", "b3-single", "w3c", "jaeger", "ot", "aws", "datadog", "gcp", "instana"), Deprecated("zipkin: config.default_header_type is deprecated, please use config.propagation.default_format instead", OldDefault = "b3")]
    public string DefaultHeaderType { get; init; } = "b3";

    /// <summary>The header by which clients add tags.</summary>
    public string TagsHeader { get; init; } = "Zipkin-Tags";

    /// <summary>Tags of every trace.</summary>
    [DistinctTagNames] public IReadOnlyList<StaticTag>? StaticTags { get; init; }

    /// <summary>How spans are named.</summary>
    [OneOf("method", "method_path")] public string HttpSpanName { get; init; } = "method";

    /// <summary>How long connecting may take, in milliseconds.</summary>
    [Between(0, 2147483646)] public int? ConnectTimeout { get; init; } = 2000;

    /// <summary>How long sending may take, in milliseconds.</summary>
    [Between(0, 2147483646)] public int? SendTimeout { get; init; } = 5000;

    /// <summary>How long the answer may take, in milliseconds.</summary>
    [Between(0, 2147483646)] public int? ReadTimeout { get; init; } = 5000;

    /// <summary>The header of the answer that tells the trace id; null tells it nowhere.</summary>
    public string? HttpResponseHeaderForTraceid { get; init; }

    /// <summary>How the phases' durations are told.</summary>
    [OneOf("annotations", "tags")] public string PhaseDurationFlavor { get; init; } = "annotations";

    /// <summary>How entries wait until they are sent.</summary>
    public QueueSettings Queue { get; init; } = new();

    /// <summary>How trace contexts are read from requests and handed on.</summary>
    [Shows(Shown.OwnDefault)] public TracePropagation Propagation { get; init; } = new() { DefaultFormat = "b3" };
}
