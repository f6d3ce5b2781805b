using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Entities;

namespace Gateway.DataPlane.Routing;

/// <summary>A route that matched, and what of the request it matched.</summary>
/// <param name="Route">The route's plan.</param>
/// <param name="Pattern">The regular expression that matched, or null.</param>
/// <param name="MatchedLength">How many characters at the path's start count as matched; -1 when the route has no path.</param>
/// <param name="Text">What the regular expression matched in, where that is not the path.</param>
internal readonly record struct RouteMatch(RoutePlan Route, BoundedRegex? Pattern, int MatchedLength, string? Text = null)
{
    /// <summary>What the expression's groups captured, by number and by name; groups that took no part are left out.</summary>
    /// <param name="path">The path that matched.</param>
    public IReadOnlyDictionary<string, string> Captures(string path)
    {
        var captures = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Pattern is null)
        {
            return captures;
        }

        var groups = Pattern.Match(Text ?? path).Groups;
        var number = 0;
        foreach (var name in GroupsInOrder(Pattern.Pattern))
        {
            number++;
            if (groups[name] is { Success: true } group)
            {
                captures[number.ToString(CultureInfo.InvariantCulture)] = group.Value;
                captures[char.IsAsciiDigit(name[0]) ? number.ToString(CultureInfo.InvariantCulture) : name] = group.Value;
            }
        }

        return captures;
    }

    /// <summary>.NET's names of the groups in the order of their parentheses, by which Rust numbers them.</summary>
    private static IEnumerable<string> GroupsInOrder(string pattern)
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
            else if (pattern.AsSpan(i).StartsWith("(?<") && pattern[i + 3] is not ('=' or '!'))
            {
                yield return pattern[(i + 3)..pattern.IndexOf('>', i)];
            }
        }
    }
}
