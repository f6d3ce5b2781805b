using Gateway.Schema;

namespace Gateway.Plugins.AiPromptTemplate;

/// <summary>A prompt with placeholders.</summary>
public sealed record PromptTemplate
{
    /// <summary>The name by which requests ask for it.</summary>
    public required string Name { get; init; }

    /// <summary>The text, with {{placeholders}}.</summary>
    public required string Template { get; init; }
}
