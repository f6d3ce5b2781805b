using Gateway.Entities;
using Gateway.Plugins.Common;

namespace Gateway.Plugins.Acme;

/// <summary>The name of memory that a node has.</summary>
public sealed class SharedMemoryNameAttribute : TextRuleAttribute
{
    /// <inheritdoc/>
    protected override string? Judge(string text) => SharedDictionaries.Has(text) ? null : $"failed validating: {text}";
}

/// <summary>What keys begin with, other than words that the plugin's own keys begin with.</summary>
public sealed class StorageNamespaceAttribute : TextRuleAttribute
{
    private static readonly string[] _reserved = ["kong_acme:renew_config:", "kong_acme:renew_last_run", "kong_acme:cert_key:"];

    /// <inheritdoc/>
    protected override string? Judge(string text) =>
        Array.Find(_reserved, r => text.StartsWith(r, StringComparison.Ordinal)) is { } word ? $"namespace can't be prefixed with reserved word: {word}" : null;
}
