using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.AiPromptTemplate;

/// <summary>The templates, and what becomes of requests that name none.</summary>
public sealed record AiPromptTemplateConfig : IPluginConfig<AiPromptTemplateConfig>
{
    /// <summary>The templates.</summary>
    [ShowsElements(Required = true)] public required IReadOnlyList<PromptTemplate> Templates { get; init; }

    /// <summary>Whether requests that name no template pass.</summary>
    public bool AllowUntemplatedRequests { get; init; } = true;

    /// <summary>Whether the client's request is logged as it came.</summary>
    public bool LogOriginalRequest { get; init; }

    /// <summary>The largest request body that is looked at, in bytes.</summary>
    [GreaterThan(0)] public int? MaxRequestBodySize { get; init; } = 8192;
}
