using System.Buffers;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A name of letters, digits, <c>. - _ ~</c> and non-ASCII text.</summary>
public sealed class NameAttribute : TextRuleAttribute
{
    private static readonly SearchValues<char> _allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~");

    /// <inheritdoc/>
    protected override string? Judge(string text) => text.Any(c => c < 0x80 && !_allowed.Contains(c))
        ? $"invalid value '{text}': the only accepted ascii characters are alphanumerics or ., -, _, and ~"
        : null;
}

/// <summary>A tag: printable text without comma and slash.</summary>
public sealed class TagAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    public override bool RequiresElements => true;

    /// <inheritdoc/>
    protected override string? Judge(string text) => text.Any(c => c is ',' or '/' || c < 0x20 || c is (char)0x7f)
        ? $"invalid tag '{text}': expected printable ascii (except `,` and `/`) or valid utf-8 sequences"
        : null;
}

/// <summary>A header name: letters, digits, <c>-</c> and <c>_</c>.</summary>
public sealed class HeaderNameAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? null
        : $"bad header name '{text}', allowed characters are A-Z, a-z, 0-9, '_', and '-'";
}

/// <summary>A cookie name, an HTTP token.</summary>
public sealed class CookieNameAttribute : TextRuleAttribute
{
    private const string Forbidden = "()<>@,;:\\\"/?={}[]";

    /// <inheritdoc/>
    protected override string? Judge(string text) => text.Any(c => c <= ' ' || c >= 0x7f || Forbidden.Contains(c, StringComparison.Ordinal))
        ? "contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\\"/?={}[] are not allowed."
        : null;
}

/// <summary>A path that begins with a slash, in the characters of RFC 3986, without empty segments.</summary>
public sealed class HttpPathAttribute : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules =>
    [
        new StartsWithRule("/"),
        new MatchEachRule([("//", "must not have empty segments")], none: true),
        new CustomRule(node => PathRules.Characters(Json.String(node)!)),
    ];
}

/// <summary>A route's path: a normalised prefix, or <c>~</c> and a regular expression.</summary>
public sealed class RoutePathAttribute : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules =>
    [
        new MatchEachRule([("//", "must not have empty segments")], none: true),
        new MatchAnyRule(["^/", "^~/"], "should start with: / (fixed path) or ~/ (regex path)"),
        new CustomRule(node => PathRules.RoutePath(Json.String(node)!)),
    ];
}

/// <summary>Text that is an X.509 certificate or private key, in PEM.</summary>
/// <param name="key">Whether a private key is meant.</param>
public sealed class PemAttribute(bool key = false) : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => key ? Pem.JudgeKey(text) : Pem.JudgeCertificate(text);
}
