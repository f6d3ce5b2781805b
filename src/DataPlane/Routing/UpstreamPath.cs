namespace Gateway.DataPlane.Routing;

/// <summary>Joins the service's path and the request's to the path that goes upstream (path handling <c>v0</c>).</summary>
internal static class UpstreamPath
{
    /// <summary>Joins them; neither is escaped here.</summary>
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
