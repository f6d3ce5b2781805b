using System.Text.RegularExpressions;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A URL with scheme and host.</summary>
public sealed partial class UrlAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text)
    {
        var url = Form().Match(text);
        return url.Groups["host"].Length is 0 ? "missing host in url" : url.Groups["scheme"].Success ? null : "missing scheme in url";
    }

    [GeneratedRegex(@"\A(?:(?<scheme>[A-Za-z][\w+.-]*):)?(?://(?:[^/?#@]*@)?(?<host>\[[^\]/?#]*\]|[^/?#:]*))?")]
    private static partial Regex Form();
}

/// <summary>A regular expression that compiles.</summary>
public sealed class IsRegexAttribute : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules => [new RegexRule()];
}
