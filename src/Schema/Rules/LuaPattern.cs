using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Schema;

/// <summary>Translates the Lua patterns of Kong's schemas into regular expressions (Lua 5.1 manual, section 5.4.1).</summary>
public static class LuaPattern
{
    /// <summary>Compiles a Lua pattern into a linear-time regular expression.</summary>
    /// <param name="pattern">The Lua pattern; <c>%b</c> and <c>%f</c> are not part of any schema and are refused.</param>
    /// <exception cref="ArgumentException">The pattern uses <c>%b</c> or <c>%f</c>.</exception>
    public static Regex ToRegex(string pattern)
    {
        var regex = new StringBuilder();
        var inSet = false;

        // A quantifier is one only right behind an item; anywhere else it is a character like others.
        var behindItem = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            var quantifies = behindItem && !inSet;
            behindItem = !inSet && !(quantifies && c is '*' or '+' or '?' or '-') && c is not '(';
            switch (c)
            {
                case '%' when i + 1 < pattern.Length:
                    regex.Append(Class(pattern[++i], inSet));
                    break;
                case '[' when !inSet:
                    inSet = true;
                    regex.Append('[');
                    if (i + 1 < pattern.Length && pattern[i + 1] is '^')
                    {
                        regex.Append('^');
                        i++;
                    }

                    break;
                case ']' when inSet:
                    inSet = false;
                    behindItem = true;
                    regex.Append(']');
                    break;
                case '-' when quantifies:
                    regex.Append("*?");
                    break;
                case '^' when !inSet && i is 0:
                    regex.Append(@"\A");
                    break;
                case '$' when !inSet && i == pattern.Length - 1:
                    regex.Append(@"\z");
                    break;
                case '*' or '+' or '?' when quantifies:
                case '.' or '(' or ')' when !inSet:
                    regex.Append(c);
                    break;
                case '-' when inSet:
                    regex.Append('-');
                    break;
                default:
                    regex.Append(Regex.Escape(c.ToString()));
                    break;
            }
        }

        return new Regex(regex.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    private static string Class(char c, bool inSet)
    {
        var set = char.ToLowerInvariant(c) switch
        {
            'a' => "a-zA-Z",
            'd' => "0-9",
            'l' => "a-z",
            's' => @"\s",
            'u' => "A-Z",
            'w' => "a-zA-Z0-9",
            'x' => "0-9a-fA-F",
            'p' => @"!-/:-@\[-`{-~",
            'c' => @"\x00-\x1f\x7f",
            'b' or 'f' => throw new ArgumentException($"%{c} is not supported"),
            _ => null,
        };
        return set switch
        {
            null => c is '-' or ']' ? $@"\{c}" : Regex.Escape(c.ToString()),
            _ when char.IsUpper(c) => $"[^{set}]",
            _ when inSet => set,
            _ => $"[{set}]",
        };
    }
}
