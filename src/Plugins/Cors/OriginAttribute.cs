using Gateway.Entities;

namespace Gateway.Plugins.Cors;

/// <summary>An origin: <c>*</c>, or what compiles as a regular expression, as literal origins do.</summary>
public sealed class OriginAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => text is "*" || RegexSyntax.Judge(text) is null ? null : $"'{text}' is not a valid regex";
}
