using System.Text.Json.Nodes;

namespace Gateway.Manager.AdminApi;

/// <summary>One page of a collection.</summary>
/// <param name="Rows">The entities.</param>
/// <param name="Next">The token of the next page, or null on the last one.</param>
public sealed record EntityPage(IReadOnlyList<JsonObject> Rows, string? Next)
{
    /// <summary>A page without rows.</summary>
    public static EntityPage Empty { get; } = new([], null);

    /// <summary>How many rows all pages have together, or null when nobody asked.</summary>
    public long? Total { get; init; }

    /// <summary>Whether there may be more than <see cref="Total"/>.</summary>
    public bool IsMinimum { get; init; }
}
