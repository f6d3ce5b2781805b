namespace Gateway.ControlPlane.Store;

/// <summary>The tags that rows must carry: all of them, or any.</summary>
/// <param name="Tags">The tags.</param>
/// <param name="All">Whether all must be there.</param>
internal sealed record TagFilter(IReadOnlyList<string> Tags, bool All);

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

    /// <summary>A field that must have a value, such as a consumer's <c>custom_id</c>.</summary>
    public EntityKey? Where { get; init; }
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
internal sealed record Page(IReadOnlyList<System.Text.Json.Nodes.JsonObject> Rows, string? Offset);
