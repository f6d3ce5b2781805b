using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.DataPlane.Routing;

/// <summary>A route that matched, and what of the path it matched.</summary>
/// <param name="Route">The route's plan.</param>
/// <param name="Pattern">The regular expression that matched the path, or null.</param>
/// <param name="MatchedLength">How many characters at the path's start count as matched; -1 when the route has no path.</param>
internal readonly record struct RouteMatch(RoutePlan Route, Regex? Pattern, int MatchedLength)
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

        var groups = Pattern.Match(path).Groups;
        var number = 0;
        foreach (var name in RouteRegex.GroupsInOrder(Pattern.ToString()))
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
}
