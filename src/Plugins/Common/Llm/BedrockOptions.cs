using Gateway.Schema;

namespace Gateway.Plugins.Common.Llm;

/// <summary>The settings of Bedrock.</summary>
public sealed record BedrockOptions
{
    /// <summary>The AWS region.</summary>
    [Shows(Shown.NotRequired)] public string? AwsRegion { get; init; }
}
