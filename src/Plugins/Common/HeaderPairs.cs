using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Common;

/// <summary>A header name, alone or before a colon and a value.</summary>
public sealed class HeaderOfPairAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => HeaderPairs.Judge(text.Split(':', 2)[0]);
}

/// <summary>Two header names with a colon between.</summary>
public sealed class HeaderPairAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => text.Split(':', 2).Select(HeaderPairs.Judge).FirstOrDefault(m => m is not null);
}

/// <summary>Judges the header names in pairs.</summary>
internal static class HeaderPairs
{
    public static string? Judge(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? null : $"'{name}' is not a valid header";
}
