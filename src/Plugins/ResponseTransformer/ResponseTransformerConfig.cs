using Gateway.Schema;

namespace Gateway.Plugins.ResponseTransformer;

/// <summary>What is changed: removed first, then renamed, replaced, added and appended.</summary>
public sealed record ResponseTransformerConfig : IPluginConfig<ResponseTransformerConfig>
{
    /// <summary>What is taken out.</summary>
    public ResponseRemovals Remove { get; init; } = new();

    /// <summary>What gets another name, as old:new.</summary>
    public ResponseRenamings Rename { get; init; } = new();

    /// <summary>What gets another value where it is there, as name:value.</summary>
    public ResponseReplacements Replace { get; init; } = new();

    /// <summary>What is added where it is not there, as name:value.</summary>
    public ResponseAdditions Add { get; init; } = new();

    /// <summary>What is added also where it is there, as name:value.</summary>
    public ResponseAppendices Append { get; init; } = new();
}
