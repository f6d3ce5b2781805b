namespace Gateway.DataPlane.Routing.Expressions;

/// <summary>Counts and cuts the segments of a normalised path: <c>/a/b/</c> has two.</summary>
internal static class PathSegments
{
    /// <summary>How many segments a path has.</summary>
    /// <param name="path">The path.</param>
    public static int Count(ReadOnlySpan<char> path)
    {
        var inner = path.Trim('/');
        return inner.IsEmpty ? 0 : inner.Count('/') + 1;
    }

    /// <summary>Cuts consecutive segments out of a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="first">The first, from 0.</param>
    /// <param name="last">The last.</param>
    /// <param name="segments">The segments with the slashes between them.</param>
    /// <returns>Whether the path has them all.</returns>
    public static bool TryCut(ReadOnlySpan<char> path, int first, int last, out ReadOnlySpan<char> segments)
    {
        segments = default;
        var inner = path.Trim('/');
        if (first < 0 || inner.IsEmpty)
        {
            return false;
        }

        var (start, at) = (-1, 0);
        for (var number = 0; at <= inner.Length; number++)
        {
            start = number == first ? at : start;
            var length = inner[at..].IndexOf('/');
            var end = length < 0 ? inner.Length : at + length;
            if (number == last)
            {
                segments = inner[start..end];
                return true;
            }

            at = end + 1;
        }

        return false;
    }
}
