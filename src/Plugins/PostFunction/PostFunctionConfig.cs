using Gateway.Schema;

namespace Gateway.Plugins.PostFunction;

/// <summary>The pieces of Lua, by phase.</summary>
public sealed record PostFunctionConfig : IPluginConfig<PostFunctionConfig>
{
    /// <summary>Pieces of Lua that run in the phase certificate.</summary>
    [ShowsElements(Required = false)] public IReadOnlyList<string> Certificate { get; init; } = [];

    /// <summary>Pieces of Lua that run in the phase rewrite.</summary>
    [ShowsElements(Required = false)] public IReadOnlyList<string> Rewrite { get; init; } = [];

    /// <summary>Pieces of Lua that run in the phase access.</summary>
    [ShowsElements(Required = false)] public IReadOnlyList<string> Access { get; init; } = [];

    /// <summary>Pieces of Lua that run in the phase header_filter.</summary>
    [ShowsElements(Required = false)] public IReadOnlyList<string> HeaderFilter { get; init; } = [];

    /// <summary>Pieces of Lua that run in the phase body_filter.</summary>
    [ShowsElements(Required = false)] public IReadOnlyList<string> BodyFilter { get; init; } = [];

    /// <summary>Pieces of Lua that run in the phase log.</summary>
    [ShowsElements(Required = false)] public IReadOnlyList<string> Log { get; init; } = [];

    static IReadOnlyList<Check> IPluginConfig<PostFunctionConfig>.PluginChecks =>
    [
        Fields<PostFunctionConfig>.AtLeastOne(c => c.Certificate, c => c.Rewrite, c => c.Access, c => c.HeaderFilter, c => c.BodyFilter, c => c.Log),
    ];
}
