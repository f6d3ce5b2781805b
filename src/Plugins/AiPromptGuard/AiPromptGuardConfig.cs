using Gateway.Entities;
using Gateway.Plugins.Common.Llm;
using Gateway.Schema;

namespace Gateway.Plugins.AiPromptGuard;

/// <summary>Which prompts pass.</summary>
public sealed record AiPromptGuardConfig : IPluginConfig<AiPromptGuardConfig>
{
    /// <summary>Expressions of which a prompt must match one.</summary>
    [MaxLength(10), MinLength(1, On = Level.Elements), MaxLength(500, On = Level.Elements), Shows(Shown.NotRequired)]
    public IReadOnlyList<string>? AllowPatterns { get; init; }

    /// <summary>Expressions none of which a prompt may match.</summary>
    [MaxLength(10), MinLength(1, On = Level.Elements), MaxLength(500, On = Level.Elements), Shows(Shown.NotRequired)]
    public IReadOnlyList<string>? DenyPatterns { get; init; }

    /// <summary>Whether only the last message is looked at.</summary>
    public bool AllowAllConversationHistory { get; init; }

    /// <summary>The largest request body that is looked at, in bytes.</summary>
    [GreaterThan(0)] public int? MaxRequestBodySize { get; init; } = 8192;

    /// <summary>Whether messages of all roles are looked at, and not only the user's.</summary>
    public bool MatchAllRoles { get; init; }

    /// <summary>The format in which clients speak to the model.</summary>
    [OneOf("openai", "bedrock", "gemini"), Shows(Shown.NotRequired)] public string? LlmFormat { get; init; } = "openai";

    static IReadOnlyList<Check> IPluginConfig<AiPromptGuardConfig>.PluginChecks =>
    [
        Fields<AiPromptGuardConfig>.AtLeastOne(c => c.AllowPatterns, c => c.DenyPatterns),
        When<AiPromptGuardConfig>.Field(c => c.MatchAllRoles).Is(true).Then(c => c.AllowAllConversationHistory, Matcher.Of(new EqualRule(false)), null),
    ];
}
