using Gateway.Entities;
using Gateway.Plugins.Common.Llm;
using Gateway.Schema;

namespace Gateway.Plugins.AiPromptDecorator;

/// <summary>The messages that are put around those of the client.</summary>
public sealed record AiPromptDecoratorConfig : IPluginConfig<AiPromptDecoratorConfig>
{
    /// <summary>The messages.</summary>
    [Shows(Shown.NotRequired)] public PromptDecoration? Prompts { get; init; }

    /// <summary>The largest request body that is looked at, in bytes.</summary>
    [GreaterThan(0)] public int? MaxRequestBodySize { get; init; } = 8192;

    /// <summary>The format in which clients speak to the model.</summary>
    [OneOf("openai", "bedrock", "gemini"), Shows(Shown.NotRequired)] public string? LlmFormat { get; init; } = "openai";

    static IReadOnlyList<Check> IPluginConfig<AiPromptDecoratorConfig>.PluginChecks =>
    [
        Fields<AiPromptDecoratorConfig>.AtLeastOne(c => c.Prompts!.Prepend, c => c.Prompts!.Append),
    ];
}
