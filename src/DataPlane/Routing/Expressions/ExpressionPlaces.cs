using Gateway.Entities.Expressions;

namespace Gateway.DataPlane.Routing.Expressions;

/// <summary>
/// Finds the hosts and path prefixes without which an expression cannot hold, so that it is tried only where they fit. A place that is too wide
/// costs time; one too narrow would be a fault, so whatever is not understood is any.
/// </summary>
internal static class ExpressionPlaces
{
    private const int MaxPlaces = 256;

    /// <summary>The places of an expression.</summary>
    /// <param name="node">The expression.</param>
    public static IEnumerable<RoutePlace> Of(ExpressionNode node)
    {
        // The empty host stands for any.
        var hosts = Alternatives(node, Host) ?? [string.Empty];
        var paths = Alternatives(node, Path) ?? [string.Empty];
        if (hosts.Count * paths.Count > MaxPlaces)
        {
            paths = [string.Empty];
        }

        return hosts.Distinct().SelectMany(h => paths.Distinct(), (h, p) => new RoutePlace(h.Length is 0 ? null : h, p));
    }

    /// <summary>Of several values one must fit; null for any.</summary>
    private static List<string>? Alternatives(ExpressionNode node, Func<ExpressionNode.Predicate, string?> read)
    {
        switch (node)
        {
            case ExpressionNode.And and:
                var (one, other) = (Alternatives(and.Left, read), Alternatives(and.Right, read));
                return one is null || (other is not null && Length(other) > Length(one)) ? other : one;
            case ExpressionNode.Or or:
                var (left, right) = (Alternatives(or.Left, read), Alternatives(or.Right, read));
                return left is null || right is null || left.Count + right.Count > MaxPlaces ? null : [.. left, .. right];
            case ExpressionNode.Predicate { Lower: false } predicate:
                return read(predicate) is { Length: > 0 } value ? [value] : null;
            default:
                return null;
        }
    }

    // Both would do; the one that tells more keeps more requests away.
    private static int Length(List<string> values) => values.Min(v => v.Length);

    private static string? Host(ExpressionNode.Predicate predicate) => predicate is not { Field.Subject: ExpressionSubject.Host, Value: ExpressionValue.Text { Value: var text } }
        || text.Contains('*', StringComparison.Ordinal) ? null
        : predicate.Operator switch
        {
            ExpressionOperator.Equal => text,
            ExpressionOperator.EndsWith => "*" + text,
            ExpressionOperator.StartsWith => text + "*",
            _ => null,
        };

    private static string? Path(ExpressionNode.Predicate predicate) => predicate is not { Field.Subject: ExpressionSubject.Path, Value: ExpressionValue.Text { Value: var text } } ? null
        : predicate.Operator switch
        {
            ExpressionOperator.Equal or ExpressionOperator.StartsWith => text,
            ExpressionOperator.Matches when text.StartsWith('^') => RoutePattern.PrefixOf(text),
            _ => null,
        };
}
