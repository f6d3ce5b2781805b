using Gateway.Entities;
using Gateway.Plugins.Common.Llm;
using Gateway.Schema;

namespace Gateway.Plugins.AiRequestTransformer;

/// <summary>Which model rewrites requests, and what it is told.</summary>
public sealed record AiRequestTransformerConfig : IPluginConfig<AiRequestTransformerConfig>
{
    /// <summary>What the model is told to do with the text.</summary>
    public required string Prompt { get; init; }

    /// <summary>An expression that finds the wanted part of the model's answer.</summary>
    [Shows(Shown.NotRequired)] public string? TransformationExtractPattern { get; init; }

    /// <summary>How long the model may take, in milliseconds.</summary>
    public int HttpTimeout { get; init; } = 60000;

    /// <summary>Whether the model's certificate is verified.</summary>
    public bool HttpsVerify { get; init; } = true;

    /// <summary>The largest request body that is looked at, in bytes.</summary>
    [GreaterThan(0)] public int? MaxRequestBodySize { get; init; } = 8192;

    /// <summary>The forward proxy for plain requests to the model.</summary>
    [Host] public string? HttpProxyHost { get; init; }

    /// <summary>That proxy's port.</summary>
    [Port] public int? HttpProxyPort { get; init; }

    /// <summary>The forward proxy for TLS requests to the model.</summary>
    [Host] public string? HttpsProxyHost { get; init; }

    /// <summary>That proxy's port.</summary>
    [Port] public int? HttpsProxyPort { get; init; }

    /// <summary>The model.</summary>
    public required Llm Llm { get; init; }

    static IReadOnlyList<Check> IPluginConfig<AiRequestTransformerConfig>.PluginChecks =>
    [
        When<AiRequestTransformerConfig>.Field(c => c.Llm.RouteType).IsNoneOf("llm/v1/chat")
            .Then(c => c.Llm.RouteType, Matcher.Of(new EqualRule("llm/v1/chat")), "'config.llm.route_type' must be 'llm/v1/chat' for AI transformer plugins"),
        Fields<AiRequestTransformerConfig>.AllOrNone(c => c.HttpProxyHost, c => c.HttpProxyPort),
        Fields<AiRequestTransformerConfig>.AllOrNone(c => c.HttpsProxyHost, c => c.HttpsProxyPort),
    ];
}
