using Gateway.Schema;

namespace Gateway.Plugins.Common.Llm;

/// <summary>The settings of Hugging Face.</summary>
public sealed record HuggingFaceOptions
{
    /// <summary>Whether its cache may answer.</summary>
    [Shows(Shown.NotRequired)] public bool? UseCache { get; init; }

    /// <summary>Whether to wait until the model is loaded.</summary>
    [Shows(Shown.NotRequired)] public bool? WaitForModel { get; init; }
}
