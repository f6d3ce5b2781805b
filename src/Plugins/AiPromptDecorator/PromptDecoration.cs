using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.AiPromptDecorator;

/// <summary>Messages around those of a client.</summary>
public sealed record PromptDecoration
{
    /// <summary>Messages before the client's.</summary>
    [MaxLength(15), ShowsElements(Required = false), Shows(Shown.NotRequired)] public IReadOnlyList<PromptMessage>? Prepend { get; init; }

    /// <summary>Messages after the client's.</summary>
    [MaxLength(15), ShowsElements(Required = false), Shows(Shown.NotRequired)] public IReadOnlyList<PromptMessage>? Append { get; init; }
}
