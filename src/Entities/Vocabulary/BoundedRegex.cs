using System.Text.RegularExpressions;

namespace Gateway.Entities;

/// <summary>
/// A regular expression that no input can stall. It is small and quick to make, as routers hold thousands: .NET's linear engine takes milliseconds
/// and most of a megabyte per expression, so it is called in only for an expression that was once caught taking long, and stays.
/// </summary>
/// <param name="pattern">The expression in .NET's dialect.</param>
public sealed class BoundedRegex(string pattern)
{
    // Once per expression, ever: what an attacker can cost before the linear engine takes over.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(50);
    private volatile Regex _regex = new(pattern, RegexOptions.CultureInvariant, _patience);
    private volatile bool _isLinear;

    /// <summary>The expression in .NET's dialect.</summary>
    public string Pattern => pattern;

    /// <summary>Whether it matches somewhere.</summary>
    /// <param name="text">The text.</param>
    public bool IsMatch(ReadOnlySpan<char> text) => MatchLength(text) >= 0;

    /// <summary>The length of the first match; -1 when there is none.</summary>
    /// <param name="text">The text.</param>
    public int MatchLength(ReadOnlySpan<char> text)
    {
        try
        {
            foreach (var match in _regex.EnumerateMatches(text))
            {
                return match.Length;
            }

            return -1;
        }
        catch (RegexMatchTimeoutException)
        {
            // One that looks around cannot be run in linear time: it does not match what it cannot judge in time.
            return Harden() ? MatchLength(text) : -1;
        }
    }

    /// <summary>The first match.</summary>
    /// <param name="text">The text.</param>
    public Match Match(string text)
    {
        try
        {
            return _regex.Match(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return Harden() ? Match(text) : System.Text.RegularExpressions.Match.Empty;
        }
    }

    private bool Harden()
    {
        if (_isLinear)
        {
            return false;
        }

        try
        {
            _regex = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, _patience * 20);
        }
        catch (NotSupportedException)
        {
        }

        _isLinear = true;
        return true;
    }
}
