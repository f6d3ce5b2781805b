using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Entities;

/// <summary>The regular expressions of routes, whose dialect is that of Rust's <c>regex</c> crate: without look-around and back-references, so that time is linear.</summary>
public static class RustRegex
{
    /// <summary>The expression in .NET's dialect.</summary>
    /// <param name="pattern">The expression as it was written.</param>
    public static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 4);
        var multiline = pattern.Contains("(?m", StringComparison.Ordinal);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is '\\' && i + 1 < pattern.Length)
            {
                text.Append(c).Append(pattern[++i]);
                continue;
            }

            if (inClass && c is '[' && Posix(pattern.AsSpan(i)) is var (set, length) && length > 0)
            {
                text.Append(set);
                i += length - 1;
                continue;
            }

            inClass = c is '[' || (inClass && c is not ']');
            if (!inClass && c is '$' && !multiline)
            {
                // The very end: .NET's own sign also fits before a last line feed.
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

    /// <summary>Judges an expression, in the words of the crate.</summary>
    /// <param name="pattern">The expression as it was written.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Judge(string pattern)
    {
        if (Unsupported(pattern) is var (start, length, reason) && length > 0)
        {
            return Error(pattern, start, length, reason);
        }

        try
        {
            _ = new Regex(Translate(pattern), RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
            return null;
        }
        catch (RegexParseException exception)
        {
            return Error(pattern, Math.Min(exception.Offset, Math.Max(0, pattern.Length - 1)), 1, Words(exception.Error));
        }
    }

    private static string Error(string pattern, int start, int length, string reason) =>
        $"regex parse error:\n    {pattern}\n    {new string(' ', start)}{new string('^', length)}\nerror: {reason}";

    /// <summary>Where the expression looks around or back, which cannot be done in linear time.</summary>
    private static (int Start, int Length, string Reason) Unsupported(string pattern)
    {
        const string around = "look-around, including look-ahead and look-behind, is not supported";
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is '\\')
            {
                if (!inClass && i + 1 < pattern.Length && (pattern[i + 1] is (>= '1' and <= '9') or 'k'))
                {
                    return (i, 2, "backreferences are not supported");
                }

                i++;
                continue;
            }

            inClass = c is '[' || (inClass && c is not ']');
            if (inClass || c is not '(')
            {
                continue;
            }

            var rest = pattern.AsSpan(i);
            if (rest.StartsWith("(?=") || rest.StartsWith("(?!"))
            {
                return (i, 3, around);
            }

            if (rest.StartsWith("(?<=") || rest.StartsWith("(?<!"))
            {
                return (i, 4, around);
            }

            if (rest.StartsWith("(?>") || rest.StartsWith("(?("))
            {
                return (i + 2, 1, "unrecognized flag");
            }
        }

        return default;
    }

    private static (string Set, int Length) Posix(ReadOnlySpan<char> text)
    {
        foreach (var (name, set) in ((string, string)[])[
            ("[:alpha:]", "a-zA-Z"), ("[:digit:]", "0-9"), ("[:alnum:]", "0-9A-Za-z"), ("[:upper:]", "A-Z"), ("[:lower:]", "a-z"), ("[:space:]", @"\t\n\v\f\r "),
            ("[:word:]", "0-9A-Za-z_"), ("[:xdigit:]", "0-9A-Fa-f"), ("[:punct:]", @"!-/:-@\[-`{-~"), ("[:blank:]", @"\t ")])
        {
            if (text.StartsWith(name))
            {
                return (set, name.Length);
            }
        }

        return (string.Empty, 0);
    }

    private static string Words(RegexParseError error) => error switch
    {
        RegexParseError.InsufficientClosingParentheses => "unclosed group",
        RegexParseError.InsufficientOpeningParentheses => "unopened group",
        RegexParseError.UnterminatedBracket => "unclosed character class",
        RegexParseError.ReversedCharacterRange => "invalid character class range, the start must be <= the end",
        RegexParseError.QuantifierAfterNothing => "repetition operator missing expression",
        RegexParseError.ReversedQuantifierRange => "invalid repetition count range, the start must be <= the end",
        RegexParseError.UnescapedEndingBackslash => "incomplete escape sequence, reached end of pattern prematurely",
        RegexParseError.CaptureGroupNameInvalid => "invalid capture group character",
        RegexParseError.InvalidUnicodePropertyEscape or RegexParseError.MalformedUnicodePropertyEscape => "Unicode property not found",
        RegexParseError.InvalidGroupingConstruct => "unrecognized flag",
        _ => "unrecognized escape sequence",
    };
}
