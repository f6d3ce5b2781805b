using Gateway.Entities;
using Gateway.Plugins.Common.Llm;
using Gateway.Schema;

namespace Gateway.Plugins.AiProxy;

/// <summary>Which model answers, and how it is reached.</summary>
public sealed record AiProxyConfig : IPluginConfig<AiProxyConfig>
{
    /// <summary>The kind of conversation.</summary>
    [OneOf("llm/v1/chat", "llm/v1/completions", "preserve")] public required string RouteType { get; init; }

    /// <summary>How the gateway signs in at the provider.</summary>
    [Shows(Shown.NotRequired)] public LlmAuthentication? Auth { get; init; }

    /// <summary>The model.</summary>
    public required LlmModel Model { get; init; }

    /// <summary>What is logged of conversations.</summary>
    public LlmLogging Logging { get; init; } = new();

    /// <summary>Whether answers may be streamed.</summary>
    [OneOf("allow", "deny", "always"), Shows(Shown.NotRequired)] public string? ResponseStreaming { get; init; } = "allow";

    /// <summary>The largest request body that is looked at, in bytes.</summary>
    [GreaterThan(0)] public int? MaxRequestBodySize { get; init; } = 8192;

    /// <summary>Whether the answer names the model in a header.</summary>
    public bool? ModelNameHeader { get; init; } = true;

    /// <summary>The format in which clients speak to the model.</summary>
    [OneOf("openai", "bedrock", "gemini"), Shows(Shown.NotRequired)] public string? LlmFormat { get; init; } = "openai";

    static IReadOnlyList<Check> IPluginConfig<AiProxyConfig>.PluginChecks =>
    [
        When<AiProxyConfig>.Field(c => c.LlmFormat).IsAnyOf("bedrock", "gemini")
            .Then(c => c.RouteType, Matcher.Of(new EqualRule("llm/v1/chat")), "native provider options in llm_format can only be used with the 'llm/v1/chat' route_type"),
        When<AiProxyConfig>.Field(c => c.LlmFormat).Is("bedrock")
            .Then(c => c.Model.Provider, Matcher.Of(new EqualRule("bedrock")), "native llm_format 'bedrock' can only be used with the 'bedrock' model.provider"),
        When<AiProxyConfig>.Field(c => c.LlmFormat).Is("gemini")
            .Then(c => c.Model.Provider, Matcher.Of(new EqualRule("gemini")), "native llm_format 'gemini' can only be used with the 'gemini' model.provider"),
    ];

    static IReadOnlyList<Check> IDeclared<AiProxyConfig>.Checks => Llm.ChecksOf<AiProxyConfig>(c => c.Model, c => c.Auth);
}
