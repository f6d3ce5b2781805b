using Gateway.Entities;

namespace Gateway.DataPlane.Routing.Expressions;

/// <summary>What of a request an expression matched: the last comparison of its kind counts.</summary>
internal struct ExpressionFinding
{
    /// <summary>Nothing yet.</summary>
    public static ExpressionFinding None => new() { MatchedLength = -1 };

    /// <summary>How many characters at the path's start count as matched; -1 when no comparison told.</summary>
    public int MatchedLength { get; set; }

    /// <summary>The regular expression that matched, or null.</summary>
    public BoundedRegex? Pattern { get; set; }

    /// <summary>What it matched in, where that is not the path.</summary>
    public string? Text { get; set; }
}
