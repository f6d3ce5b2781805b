using Gateway.Schema;

namespace Gateway.Plugins.ResponseTransformer;

/// <summary>What is taken out of an answer.</summary>
public sealed record ResponseRemovals
{
    /// <summary>Members of a JSON body.</summary>
    public IReadOnlyList<string> Json { get; init; } = [];

    /// <summary>Headers.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];
}
