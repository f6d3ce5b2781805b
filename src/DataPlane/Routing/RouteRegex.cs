using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.DataPlane.Routing;

/// <summary>Compiles the regular expressions of routes, whose time is linear in the input and whose dialect is Rust's.</summary>
internal static class RouteRegex
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Compiles a path's expression; it begins at the path's first character.</summary>
    /// <param name="pattern">The expression without its <c>~</c>.</param>
    public static Regex Path(string pattern) => new("^" + Translate(pattern), Options);

    /// <summary>Compiles a header value's expression; it may match anywhere.</summary>
    /// <param name="pattern">The expression without its <c>~*</c>.</param>
    public static Regex Header(string pattern) => new(Translate(pattern.ToLowerInvariant()), Options);

    /// <summary>The literal text with which every match begins; it decides where in the path tree the expression stands.</summary>
    /// <param name="pattern">The expression without its <c>~</c>.</param>
    public static string LiteralPrefix(string pattern)
    {
        // An anchor binds to the first alternative only, so a pattern with alternatives may match anywhere.
        if (pattern.Contains('|', StringComparison.Ordinal) || pattern.StartsWith("(?", StringComparison.Ordinal))
        {
            return string.Empty;
        }

        var start = pattern.StartsWith('^') ? 1 : 0;
        var end = start;
        while (end < pattern.Length && (char.IsAsciiLetterOrDigit(pattern[end]) || pattern[end] is '/' or '-' or '_' or '~'))
        {
            end++;
        }

        if (end < pattern.Length && end > start && pattern[end] is '?' or '*' or '{')
        {
            end--;
        }

        return pattern[start..end];
    }

    /// <summary>.NET's names of the groups in the order of their parentheses, by which Rust numbers them.</summary>
    /// <param name="pattern">The translated expression.</param>
    public static IEnumerable<string> GroupsInOrder(string pattern)
    {
        var unnamed = 0;
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is '\\')
            {
                i++;
                continue;
            }

            inClass = c is '[' || (inClass && c is not ']');
            if (inClass || c is not '(')
            {
                continue;
            }

            if (i + 1 >= pattern.Length || pattern[i + 1] is not '?')
            {
                yield return (++unnamed).ToString(CultureInfo.InvariantCulture);
            }
            else if (pattern.AsSpan(i).StartsWith("(?<"))
            {
                yield return pattern[(i + 3)..pattern.IndexOf('>', i)];
            }
        }
    }

    private static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 4);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is '\\' && i + 1 < pattern.Length)
            {
                text.Append(c).Append(pattern[++i]);
                continue;
            }

            inClass = c is '[' || (inClass && c is not ']');
            if (!inClass && c is '$')
            {
                text.Append(@"\z");
            }
            else if (!inClass && c is '(' && pattern.AsSpan(i).StartsWith("(?P<"))
            {
                text.Append("(?<");
                i += 3;
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }
}
