using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>What is changed: removed first, then renamed, replaced, added and appended.</summary>
public sealed record RequestTransformerConfig : IPluginConfig<RequestTransformerConfig>
{
    /// <summary>The method that goes upstream; null keeps the client's.</summary>
    [Match("^%u+$")] public string? HttpMethod { get; init; }

    /// <summary>What is taken out.</summary>
    public RequestRemovals Remove { get; init; } = new();

    /// <summary>What gets another name, as old:new.</summary>
    public RequestRenamings Rename { get; init; } = new();

    /// <summary>What gets another value where it is there, as name:value.</summary>
    public RequestReplacements Replace { get; init; } = new();

    /// <summary>What is added where it is not there, as name:value.</summary>
    public RequestAdditions Add { get; init; } = new();

    /// <summary>What is added also where it is there, as name:value.</summary>
    public RequestAppendices Append { get; init; } = new();
}
