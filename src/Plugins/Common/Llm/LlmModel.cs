using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Common.Llm;

/// <summary>A model at a provider.</summary>
public sealed record LlmModel
{
    /// <summary>The provider.</summary>
    [OneOf("openai", "azure", "anthropic", "cohere", "mistral", "llama2", "gemini", "bedrock", "huggingface")]
    public required string Provider { get; init; }

    /// <summary>The model's name at the provider.</summary>
    [Shows(Shown.NotRequired)] public string? Name { get; init; }

    /// <summary>The settings of the model.</summary>
    [Shows(Shown.NotRequired)] public LlmOptions? Options { get; init; }
}
