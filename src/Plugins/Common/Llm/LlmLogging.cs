using Gateway.Schema;

namespace Gateway.Plugins.Common.Llm;

/// <summary>What is logged of conversations.</summary>
public sealed record LlmLogging
{
    /// <summary>Whether tokens, cost and latency are logged.</summary>
    public bool LogStatistics { get; init; }

    /// <summary>Whether prompts and answers are logged.</summary>
    public bool LogPayloads { get; init; }
}
