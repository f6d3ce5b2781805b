using System.Text.RegularExpressions;
using Gateway.Entities;
using Microsoft.Extensions.Primitives;

namespace Gateway.DataPlane.Routing;

/// <summary>One way into a route: one of its paths under one of its hosts.</summary>
/// <param name="rule">What the request must have beside path and host.</param>
/// <param name="rank">The place in the order of trial; 0 is first.</param>
/// <param name="prefix">The prefix under which the entry stands in the path tree.</param>
/// <param name="pattern">The expression that the path must match, or null.</param>
/// <param name="matchedLength">How much of the path a prefix matches; -1 for a route without paths.</param>
/// <param name="port">The port that the request must name, or -1.</param>
internal sealed class RouteEntry(RouteRule rule, int rank, string prefix, Regex? pattern, int matchedLength, int port)
{
    public int Rank => rank;

    public string Prefix => prefix;

    public bool TryMatch(in RouterRequest request, out RouteMatch match)
    {
        match = default;
        if ((port >= 0 && port != request.Port) || !rule.Matches(request))
        {
            return false;
        }

        var length = matchedLength;
        if (pattern is not null)
        {
            if (!TryMatchPattern(request.Path, out length))
            {
                return false;
            }
        }

        match = new RouteMatch(rule.Plan, pattern, length);
        return true;
    }

    private bool TryMatchPattern(string path, out int length)
    {
        foreach (var found in pattern!.EnumerateMatches(path))
        {
            length = found.Length;
            return true;
        }

        length = 0;
        return false;
    }
}

/// <summary>What a route asks of a request beside path and host.</summary>
internal sealed class RouteRule
{
    private readonly string[]? _methods;
    private readonly HeaderRule[]? _headers;
    private readonly string[]? _snis;

    public RouteRule(RoutePlan plan, Func<string, Regex> compileHeader)
    {
        Plan = plan;
        var route = plan.Route;
        _methods = route.Methods is { Count: > 0 } methods ? [.. methods] : null;
        _headers = route.Headers is { Count: > 0 } headers ? [.. headers.Select(h => new HeaderRule(h.Key, h.Value, compileHeader))] : null;
        _snis = route.Snis is { Count: > 0 } snis ? [.. snis.Select(s => s.TrimEnd('.'))] : null;
    }

    public RoutePlan Plan { get; }

    public bool Matches(in RouterRequest request)
    {
        if (_methods is not null && Array.IndexOf(_methods, request.Method) < 0)
        {
            return false;
        }

        if (_snis is not null && request.Tls && !MatchesSni(request.Sni))
        {
            return false;
        }

        if (_headers is not null)
        {
            foreach (var header in _headers)
            {
                if (!header.Matches(request))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool MatchesSni(string? sni)
    {
        var name = sni.AsSpan().TrimEnd('.');
        foreach (var wanted in _snis!)
        {
            if (wanted.StartsWith('*') ? name.EndsWith(wanted.AsSpan(1)) : wanted.EndsWith('*') ? name.StartsWith(wanted.AsSpan(0, wanted.Length - 1)) : name.SequenceEqual(wanted))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A header and the values of which one must be there; both sides are compared in lower case.</summary>
internal sealed class HeaderRule
{
    private readonly string _dashed;
    private readonly string _underscored;
    private readonly string[] _values;
    private readonly Regex[] _patterns;

    public HeaderRule(string name, IReadOnlyList<string> values, Func<string, Regex> compile)
    {
        _dashed = name.Replace('_', '-');
        _underscored = name.Replace('-', '_');
        _values = [.. values.Where(v => !v.StartsWith("~*", StringComparison.Ordinal)).Select(v => v.ToLowerInvariant())];
        _patterns = [.. values.Where(v => v.StartsWith("~*", StringComparison.Ordinal)).Select(v => compile(v[2..]))];
    }

    public bool Matches(in RouterRequest request) =>
        MatchesAny(request.Headers[_dashed]) || (_underscored != _dashed && MatchesAny(request.Headers[_underscored]));

    private bool MatchesAny(StringValues lines)
    {
        foreach (var line in lines)
        {
            if (line is not null && (Array.Exists(_values, v => v.Equals(line, StringComparison.OrdinalIgnoreCase)) || MatchesPattern(line)))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesPattern(string line)
    {
        if (_patterns.Length is 0)
        {
            return false;
        }

        var lower = line.ToLowerInvariant();
        return Array.Exists(_patterns, p => p.IsMatch(lower));
    }
}
