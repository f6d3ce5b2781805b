using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.BotDetection;

/// <summary>Which user agents pass, and which do not.</summary>
public sealed record BotDetectionConfig : IPluginConfig<BotDetectionConfig>
{
    /// <summary>Expressions of user agents that pass, bots or not.</summary>
    [IsRegex] public IReadOnlyList<string>? Allow { get; init; } = [];

    /// <summary>Expressions of user agents that are refused, beside those known as bots.</summary>
    [IsRegex] public IReadOnlyList<string>? Deny { get; init; } = [];
}
