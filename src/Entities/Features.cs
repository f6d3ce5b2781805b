namespace Gateway.Entities;

/// <summary>What a node may have that adds fields to entities.</summary>
public static class Features
{
    /// <summary>Routes may be written as expressions (<c>router_flavor = expressions</c>).</summary>
    public const string Expressions = "expressions";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Expressions];
}
