using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;

namespace Gateway.ControlPlane.Store;

/// <summary>The tags that rows must carry: all of them, or any.</summary>
/// <param name="Tags">The tags.</param>
/// <param name="All">Whether all must be there.</param>
internal sealed record TagFilter(IReadOnlyList<string> Tags, bool All);

/// <summary>A field that must hold a value: be equal to it, or contain it when the field is a list.</summary>
/// <param name="Column">The field's column.</param>
/// <param name="Value">The value, of the column's type; null asks for rows without one.</param>
/// <param name="By">The field of the referred row that must hold the value; null when the column does.</param>
internal sealed record FieldFilter(EntityColumn Column, object? Value, string? By = null);

/// <summary>Which rows of a collection are asked for.</summary>
internal sealed record PageRequest
{
    public int Size { get; init; } = 100;

    /// <summary>The opaque token that an earlier page ended with.</summary>
    public string? Offset { get; init; }

    public TagFilter? Tags { get; init; }

    public Parent? Parent { get; init; }

    /// <summary>The links through which rows must hang together with another row.</summary>
    public PageThrough? Through { get; init; }

    /// <summary>What fields must hold.</summary>
    public IReadOnlyList<FieldFilter> Where { get; init; } = [];

    /// <summary>A text that a name-like field must contain, or null.</summary>
    public string? Search { get; init; }

    /// <summary>The order; null for the kind's own.</summary>
    public ListOrder? Order { get; init; }

    /// <summary>Whether rows are counted too.</summary>
    public bool Total { get; init; }
}

/// <summary>The rows at the far end of links.</summary>
/// <param name="Table">The links.</param>
/// <param name="Near">The field that refers to the row from which the links are seen.</param>
/// <param name="Far">The field that refers to the other end.</param>
/// <param name="Id">The row from which the links are seen.</param>
internal sealed record PageThrough(EntityTable Table, string Near, string Far, Guid Id);

/// <summary>Some rows of a collection.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Offset">The token for the next page; null on the last.</param>
internal sealed record Page(IReadOnlyList<JsonObject> Rows, string? Offset)
{
    /// <summary>How many rows there are on all pages; null when nobody asked.</summary>
    public RowCount? Total { get; init; }
}

/// <summary>Some rows of a list as they are kept.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Last">The row after which the next page begins; null when there is none.</param>
/// <param name="Total">How many rows there are on all pages; null when nobody asked.</param>
internal sealed record RowPage(IReadOnlyList<Dictionary<string, object?>> Rows, Dictionary<string, object?>? Last, RowCount? Total);

/// <summary>A number of rows.</summary>
/// <param name="Rows">The number.</param>
/// <param name="IsMinimum">Whether counting ended there, and there may be more.</param>
internal readonly record struct RowCount(long Rows, bool IsMinimum);
