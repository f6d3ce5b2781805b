namespace Gateway.DataPlane.Routing;

/// <summary>Joins the service's path and the request's to the path that goes upstream.</summary>
internal static class UpstreamPath
{
    /// <summary>Joins them as a route asks for; neither is escaped here.</summary>
    /// <param name="match">The route, and what of the path it matched.</param>
    /// <param name="path">The normalised request path.</param>
    /// <param name="flavor">The router's flavour; only the traditional one knows <c>v1</c>.</param>
    public static string Of(in RouteMatch match, string path, RouterFlavor flavor)
    {
        var plan = match.Route;
        var basis = plan.Service?.Path ?? "/";
        return flavor is RouterFlavor.Traditional && plan.Route.PathHandling is "v1"
            ? JoinV1(basis, path, plan.StripPath, match.MatchedLength)
            : Join(basis, path, plan.StripPath, match.MatchedLength);
    }

    /// <summary>Joins them by path handling <c>v0</c>; neither is escaped here.</summary>
    /// <param name="basis">The service's path, <c>/</c> when it has none.</param>
    /// <param name="path">The normalised request path.</param>
    /// <param name="strip">Whether the route takes off what it matched.</param>
    /// <param name="matched">How many characters the route's path matched; -1 when the route has no path.</param>
    public static string Join(string basis, string path, bool strip, int matched)
    {
        if (!strip)
        {
            return basis.EndsWith('/') ? Unsliced(basis, path) : path is "/" ? basis : string.Concat(basis, path);
        }

        var postfix = Sanitize(path.AsSpan(Math.Min(matched < 0 ? 1 : matched, path.Length)));
        if (basis.EndsWith('/'))
        {
            if (postfix.IsEmpty)
            {
                return basis is "/" ? "/" : path.EndsWith('/') ? basis : basis[..^1];
            }

            return postfix[0] is not '/' ? string.Concat(basis, postfix) : basis is "/" ? Whole(path, postfix) : string.Concat(basis.AsSpan(0, basis.Length - 1), postfix);
        }

        if (postfix.IsEmpty)
        {
            return path is not "/" && path.EndsWith('/') ? string.Concat(basis, "/") : basis;
        }

        return postfix[0] is '/' ? string.Concat(basis, postfix) : string.Concat(basis, "/", postfix);
    }

    /// <summary>Joins them by path handling <c>v1</c>, one after the other; neither is escaped here.</summary>
    /// <param name="basis">The service's path, <c>/</c> when it has none.</param>
    /// <param name="path">The normalised request path.</param>
    /// <param name="strip">Whether the route takes off what it matched.</param>
    /// <param name="matched">How many characters the route's path matched; -1 when the route has no path.</param>
    public static string JoinV1(string basis, string path, bool strip, int matched)
    {
        if (!strip)
        {
            return Unsliced(basis, path);
        }

        var postfix = Sanitize(path.AsSpan(Math.Min(matched < 0 ? 1 : matched, path.Length)));
        return basis.EndsWith('/') && postfix is ['/', ..] ? string.Concat(basis, postfix[1..]) : string.Concat(basis, postfix);
    }

    private static string Unsliced(string basis, string path) =>
        basis is "/" && path.StartsWith('/') ? path : string.Concat(basis, path.AsSpan(Math.Min(1, path.Length)));

    private static string Whole(string path, ReadOnlySpan<char> postfix) => postfix.Length == path.Length ? path : postfix.ToString();

    private static ReadOnlySpan<char> Sanitize(ReadOnlySpan<char> postfix) => postfix switch
    {
        "." or ".." => [],
        ['.', '/', ..] => postfix[2..],
        ['.', '.', '/', ..] => postfix[3..],
        _ => postfix,
    };
}
