using System.Text.Json.Nodes;

namespace Gateway.Manager.AdminApi;

/// <summary>One page of a collection.</summary>
/// <param name="Rows">The entities.</param>
/// <param name="Next">The token of the next page, or null on the last one.</param>
/// <param name="Partial">Whether a search gave up before it had read the whole collection.</param>
public sealed record EntityPage(IReadOnlyList<JsonObject> Rows, string? Next, bool Partial = false)
{
    /// <summary>A page without rows.</summary>
    public static EntityPage Empty { get; } = new([], null);
}
