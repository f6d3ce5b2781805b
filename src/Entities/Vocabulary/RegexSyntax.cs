using System.Text.RegularExpressions;

namespace Gateway.Entities;

/// <summary>Judges regular expressions, in the words of the engine that Kong's users know (PCRE2).</summary>
public static class RegexSyntax
{
    /// <summary>Compiles a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Judge(string pattern)
    {
        try
        {
            _ = new Regex(Translate(pattern), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return null;
        }
        catch (RegexParseException exception)
        {
            return $"invalid regex: '{pattern}' (PCRE returned: pcre2_compile() failed: {Words(exception.Error)} in \"{pattern}\")";
        }
    }

    /// <summary>Compiles a pattern that was judged, so that no input can stall whoever matches it.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <returns>The expression; matching it may time out only when the pattern looks around or back, which linear time cannot do.</returns>
    public static Regex Bounded(string pattern)
    {
        var ours = Translate(pattern);
        try
        {
            return new Regex(ours, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(ours, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(50));
        }
    }

    private static string Translate(string pattern) => pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);

    private static string Words(RegexParseError error) => error switch
    {
        RegexParseError.InsufficientClosingParentheses => "missing closing parenthesis",
        RegexParseError.InsufficientOpeningParentheses => "unmatched closing parenthesis",
        RegexParseError.UnterminatedBracket => "missing terminating ] for character class",
        RegexParseError.ReversedCharacterRange => "range out of order in character class",
        RegexParseError.QuantifierAfterNothing or RegexParseError.NestedQuantifiersNotParenthesized => "quantifier does not follow a repeatable item",
        RegexParseError.ReversedQuantifierRange => "numbers out of order in {} quantifier",
        RegexParseError.UnescapedEndingBackslash => "\\ at end of pattern",
        RegexParseError.UndefinedNumberedReference or RegexParseError.UndefinedNamedReference => "reference to non-existent subpattern",
        _ => "unrecognized character follows \\ or (?",
    };
}
