using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Common.Llm;

/// <summary>The settings of a model.</summary>
public sealed record LlmOptions
{
    /// <summary>How many tokens an answer may have.</summary>
    [Shows(Shown.NotRequired)] public int? MaxTokens { get; init; }

    /// <summary>What a million tokens of prompt cost.</summary>
    [GreaterThan(0), Shows(Shown.NotRequired)] public double? InputCost { get; init; }

    /// <summary>What a million tokens of answer cost.</summary>
    [GreaterThan(0), Shows(Shown.NotRequired)] public double? OutputCost { get; init; }

    /// <summary>How freely the model chooses.</summary>
    [Between(0, 5), Shows(Shown.NotRequired)] public double? Temperature { get; init; }

    /// <summary>The share of probability that choices come from.</summary>
    [Between(0, 1), Shows(Shown.NotRequired)] public double? TopP { get; init; }

    /// <summary>How many tokens choices come from.</summary>
    [Between(0, 500), Shows(Shown.NotRequired)] public int? TopK { get; init; }

    /// <summary>The version of Anthropic's API.</summary>
    [Shows(Shown.NotRequired)] public string? AnthropicVersion { get; init; }

    /// <summary>The Azure instance.</summary>
    [Shows(Shown.NotRequired)] public string? AzureInstance { get; init; }

    /// <summary>The version of Azure's API.</summary>
    [Shows(Shown.NotRequired)] public string? AzureApiVersion { get; init; } = "2023-05-15";

    /// <summary>The Azure deployment.</summary>
    [Shows(Shown.NotRequired)] public string? AzureDeploymentId { get; init; }

    /// <summary>The request format of a Llama server.</summary>
    [OneOf("raw", "openai", "ollama"), Shows(Shown.NotRequired)] public string? Llama2Format { get; init; }

    /// <summary>The request format of a Mistral server.</summary>
    [OneOf("openai", "ollama"), Shows(Shown.NotRequired)] public string? MistralFormat { get; init; }

    /// <summary>The model's URL, in place of the provider's.</summary>
    [Url, Shows(Shown.NotRequired)] public string? UpstreamUrl { get; init; }

    /// <summary>The path of the model's URL.</summary>
    [Shows(Shown.NotRequired), Deprecated("llm: config.model.options.upstream_path is deprecated, please use config.model.options.upstream_url instead")]
    public string? UpstreamPath { get; init; }

    /// <summary>The settings of Gemini.</summary>
    [Shows(Shown.NotRequired)] public GeminiOptions? Gemini { get; init; }

    /// <summary>The settings of Bedrock.</summary>
    [Shows(Shown.NotRequired)] public BedrockOptions? Bedrock { get; init; }

    /// <summary>The settings of Hugging Face.</summary>
    [Shows(Shown.NotRequired)] public HuggingFaceOptions? Huggingface { get; init; }
}
