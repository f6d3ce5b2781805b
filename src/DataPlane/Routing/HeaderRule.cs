using Gateway.Entities;
using Microsoft.Extensions.Primitives;

namespace Gateway.DataPlane.Routing;

/// <summary>A header and the values of which one must be there; both sides are compared in lower case.</summary>
internal sealed class HeaderRule
{
    private const string Sign = "~*";
    private readonly string _dashed;
    private readonly string _underscored;
    private readonly string[] _values;
    private readonly BoundedRegex[] _patterns;

    /// <summary>Compiles the rule.</summary>
    /// <param name="name">The header.</param>
    /// <param name="values">The values; regular expressions after <c>~*</c>.</param>
    /// <param name="flavor">The router's flavour: the traditional one knows an expression only where it is the only value.</param>
    /// <exception cref="ArgumentException">An expression cannot be read.</exception>
    public HeaderRule(string name, IReadOnlyList<string> values, RouterFlavor flavor)
    {
        var traditional = flavor is RouterFlavor.Traditional;
        _dashed = name.Replace('_', '-');
        _underscored = name.Replace('-', '_');
        var patterns = values.Where(v => v.StartsWith(Sign, StringComparison.Ordinal) && (!traditional || values.Count is 1)).ToList();
        _values = [.. values.Except(patterns).Select(v => v.ToLowerInvariant())];
        // The other flavours compare everything in lower case, expressions too.
        _patterns = [.. patterns.Select(v => new BoundedRegex(RustRegex.Translate(traditional ? v[2..] : v[2..].ToLowerInvariant())))];
    }

    /// <summary>Whether a request has one of the values.</summary>
    /// <param name="request">The request.</param>
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
