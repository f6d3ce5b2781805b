using Gateway.Entities;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>A name and a value with a colon between.</summary>
public sealed class NamedValueAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < text.Length - 1 ? null : $"key '{text.Split(':', 2)[0]}' has no value";
}
