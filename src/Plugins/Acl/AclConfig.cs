using Gateway.Schema;

namespace Gateway.Plugins.Acl;

/// <summary>Which groups are let in, or which are not.</summary>
public sealed record AclConfig : IPluginConfig<AclConfig>
{
    /// <summary>The groups whose members are let in; everyone else is refused.</summary>
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>The groups whose members are refused; everyone else is let in.</summary>
    public IReadOnlyList<string>? Deny { get; init; }

    /// <summary>Whether the upstream is not told the groups.</summary>
    public bool HideGroupsHeader { get; init; }

    /// <summary>Whether the groups that an authentication plugin learned from elsewhere go before the consumer's.</summary>
    public bool AlwaysUseAuthenticatedGroups { get; init; }

    static IReadOnlyList<Check> IPluginConfig<AclConfig>.PluginChecks =>
    [
        Fields<AclConfig>.ExactlyOne(c => c.Allow, c => c.Deny),
        Fields<AclConfig>.AtLeastOne(c => c.Allow, c => c.Deny),
    ];
}
