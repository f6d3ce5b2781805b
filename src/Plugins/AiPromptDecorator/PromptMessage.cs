using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.AiPromptDecorator;

/// <summary>One message of a chat.</summary>
public sealed record PromptMessage
{
    /// <summary>Whose message it is.</summary>
    [OneOf("system", "assistant", "user")] public string Role { get; init; } = "system";

    /// <summary>The text.</summary>
    [MinLength(1), MaxLength(500)] public required string Content { get; init; }
}
