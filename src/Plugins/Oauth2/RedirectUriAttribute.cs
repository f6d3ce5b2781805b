using Gateway.Entities;

namespace Gateway.Plugins.Oauth2;

/// <summary>An absolute URI without a fragment (RFC 6749, section 3.1.2).</summary>
public sealed class RedirectUriAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length is 0 ? $"cannot parse '{text}'"
        : text.Contains('#', StringComparison.Ordinal) ? $"fragment not allowed in '{text}'"
        : null;
}
