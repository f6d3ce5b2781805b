namespace Gateway.Manager.AdminApi;

/// <summary>What a list shows: everything of it stands in the page's address.</summary>
public sealed record EntityQuery
{
    /// <summary>The sizes a page may have.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [25, 50, 100, 250];

    /// <summary>Text that a name, host, path or tag must contain, or the first eight digits of an id at least.</summary>
    public string? Search { get; init; }

    /// <summary>A tag that rows must carry.</summary>
    public string? Tag { get; init; }

    /// <summary>The field to sort by, with a leading <c>-</c> for descending; the Admin API's own order when null.</summary>
    public string? Sort { get; init; }

    /// <summary>Rows per page.</summary>
    public int Size { get; init; } = 50;

    /// <summary>The Admin API's token of the page; null for the first.</summary>
    public string? Offset { get; init; }

    /// <summary>Whether the rows of all pages are counted too.</summary>
    public bool Counted { get; init; }

    /// <summary>Whether anything narrows the list.</summary>
    public bool IsNarrowed => !string.IsNullOrWhiteSpace(Search) || !string.IsNullOrWhiteSpace(Tag);
}
