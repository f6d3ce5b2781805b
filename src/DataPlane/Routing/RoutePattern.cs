using System.Text;
using Gateway.Entities;

namespace Gateway.DataPlane.Routing;

/// <summary>
/// The regular expression of a path. One that is plain text, perhaps with an end, needs no engine: ingress controllers write exact paths so,
/// by the thousand.
/// </summary>
internal sealed class RoutePattern
{
    private readonly string _text;
    private readonly bool _isExact;

    private RoutePattern(string text, bool isExact, BoundedRegex? regex)
    {
        (_text, _isExact, Regex) = (text, isExact, regex);
    }

    /// <summary>The expression; null where plain text stands for it.</summary>
    public BoundedRegex? Regex { get; }

    /// <summary>The text with which every match begins; it decides where in the path tree the expression stands.</summary>
    public string Prefix => _text;

    /// <summary>Compiles an expression that begins at the path's first character.</summary>
    /// <param name="pattern">The expression without its <c>~</c>.</param>
    /// <param name="isWhole">Whether the anchor holds for every alternative, not for the first alone.</param>
    /// <exception cref="ArgumentException">The expression cannot be read.</exception>
    public static RoutePattern Path(string pattern, bool isWhole)
    {
        var (prefix, rest) = Literal(pattern);
        if (rest is "" or "$" && pattern.Length > 0)
        {
            return new RoutePattern(prefix, rest is "$", null);
        }

        if (RustRegex.Judge(pattern) is { } error)
        {
            throw new ArgumentException(error);
        }

        var translated = RustRegex.Translate(pattern);
        return new RoutePattern(prefix, false, new BoundedRegex(isWhole ? $"^(?:{translated})" : "^" + translated));
    }

    /// <summary>The text with which every match of an anchored expression begins.</summary>
    /// <param name="pattern">The expression.</param>
    public static string PrefixOf(string pattern) => Literal(pattern).Prefix;

    /// <summary>How many characters at the path's beginning match; -1 for no match.</summary>
    /// <param name="path">The path, which begins with the prefix.</param>
    public int Match(string path) =>
        Regex is not null ? Regex.MatchLength(path)
        : _isExact && path.Length != _text.Length ? -1
        : _text.Length;

    /// <summary>Takes the plain text off an expression's beginning.</summary>
    private static (string Prefix, string Remainder) Literal(string pattern)
    {
        // An anchor binds to the first alternative only, so a pattern with alternatives may match anywhere; and flags may change everything.
        if (pattern.Contains('|', StringComparison.Ordinal) || pattern.Contains("(?", StringComparison.Ordinal))
        {
            return (string.Empty, pattern);
        }

        var text = new StringBuilder();
        var i = pattern.StartsWith('^') ? 1 : 0;
        while (i < pattern.Length)
        {
            var length = pattern[i] is '\\' ? 2 : 1;
            var isText = length is 1 ? !@"\.+*?()[]{}^$|".Contains(pattern[i], StringComparison.Ordinal)
                : i + 1 < pattern.Length && char.IsAscii(pattern[i + 1]) && !char.IsLetterOrDigit(pattern[i + 1]) && pattern[i + 1] is not ('<' or '>');
            if (!isText || (i + length < pattern.Length && pattern[i + length] is '?' or '*' or '{'))
            {
                break;
            }

            // What is repeated still is there once.
            text.Append(pattern[i + length - 1]);
            i += length;
            if (i < pattern.Length && pattern[i] is '+')
            {
                break;
            }
        }

        return (text.ToString(), pattern[i..]);
    }
}
