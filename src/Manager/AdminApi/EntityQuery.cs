namespace Gateway.Manager.AdminApi;

/// <summary>What a list shows: everything of it stands in the page's address.</summary>
public sealed record EntityQuery
{
    /// <summary>The sizes a page may have.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [25, 50, 100, 250];

    /// <summary>Text that name, host, path, tag or id must contain.</summary>
    public string? Search { get; init; }

    /// <summary>A tag that rows must carry.</summary>
    public string? Tag { get; init; }

    /// <summary>The field to sort by, with a leading <c>-</c> for descending; the Admin API's own order when null.</summary>
    public string? Sort { get; init; }

    /// <summary>Rows per page.</summary>
    public int Size { get; init; } = 50;

    /// <summary>The token of the page: the Admin API's, or a row number when the Manager itself searches and sorts.</summary>
    public string? Offset { get; init; }

    /// <summary>Whether anything narrows the list.</summary>
    public bool IsNarrowed => !string.IsNullOrWhiteSpace(Search) || !string.IsNullOrWhiteSpace(Tag);
}
