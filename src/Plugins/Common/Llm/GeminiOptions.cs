using Gateway.Schema;

namespace Gateway.Plugins.Common.Llm;

/// <summary>The settings of Gemini.</summary>
public sealed record GeminiOptions : IDeclared<GeminiOptions>
{
    /// <summary>The endpoint of a regional API.</summary>
    [Shows(Shown.NotRequired)] public string? ApiEndpoint { get; init; }

    /// <summary>The project.</summary>
    [Shows(Shown.NotRequired)] public string? ProjectId { get; init; }

    /// <summary>The region.</summary>
    [Shows(Shown.NotRequired)] public string? LocationId { get; init; }

    static IReadOnlyList<Check> IDeclared<GeminiOptions>.Checks =>
    [
        Fields<GeminiOptions>.AllOrNone(o => o.ApiEndpoint, o => o.ProjectId, o => o.LocationId),
    ];
}
