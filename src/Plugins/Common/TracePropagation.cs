using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Common;

/// <summary>How trace contexts are read from requests and handed on.</summary>
public sealed record TracePropagation
{
    /// <summary>The formats that are looked for, in this order; null is all of them.</summary>
    [OneOf("instana", "w3c", "b3", "jaeger", "ot", "datadog", "aws", "gcp")] public IReadOnlyList<string>? Extract { get; init; }

    /// <summary>Headers that are taken out before the context is handed on.</summary>
    [HeaderName] public IReadOnlyList<string>? Clear { get; init; }

    /// <summary>The formats in which the context is handed on; <c>preserve</c> is the one that it came in.</summary>
    [OneOf("preserve", "instana", "w3c", "b3", "b3-single", "jaeger", "ot", "datadog", "aws", "gcp")] public IReadOnlyList<string>? Inject { get; init; }

    /// <summary>The format of a context that came in none.</summary>
    [OneOf("instana", "w3c", "b3", "b3-single", "jaeger", "ot", "datadog", "aws", "gcp")] public required string DefaultFormat { get; init; }
}
