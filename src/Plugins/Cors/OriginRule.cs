using System.Buffers;
using System.Text.RegularExpressions;
using Gateway.Entities;

namespace Gateway.Plugins.Cors;

/// <summary>One configured origin, made ready for comparing.</summary>
/// <remarks>What names no scheme or port (it has no colon) is compared with the host alone.</remarks>
internal sealed class OriginRule
{
    private static readonly SearchValues<char> _literal = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:/-");
    private readonly Regex? _regex;
    private readonly Origin _origin;
    private readonly bool _byHost;

    public OriginRule(string text)
    {
        Text = text;
        IsAny = text is "*";
        IsLiteral = !IsAny && !text.AsSpan().ContainsAnyExcept(_literal);
        _byHost = !text.Contains(':', StringComparison.Ordinal);
        _origin = Origin.Read(text);
        _regex = IsAny || IsLiteral ? null : RegexSyntax.Bounded(@"\A(?:" + text + @")\z");
    }

    /// <summary>The origin as it was configured.</summary>
    public string Text { get; }

    /// <summary>Whether every origin matches.</summary>
    public bool IsAny { get; }

    /// <summary>Whether the origin is itself, rather than a regular expression.</summary>
    public bool IsLiteral { get; }

    /// <summary>Whether a page's origin matches.</summary>
    public bool Matches(Origin page)
    {
        if (_regex is null)
        {
            return IsAny || (_byHost ? page.Host == _origin.Host : page.Full == _origin.Full);
        }

        try
        {
            return _regex.IsMatch(_byHost ? page.Host : page.Text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
