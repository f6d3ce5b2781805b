using System.Collections.Frozen;

namespace Gateway.Plugins.Acl;

/// <summary>A configuration made ready for judging groups.</summary>
internal sealed class AclPlan(AclConfig config)
{
    private readonly FrozenSet<string> _groups = (config.Allow ?? config.Deny ?? []).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether only members of the listed groups are let in, rather than kept out.</summary>
    public bool Allows { get; } = config.Allow is not null;

    /// <summary>Whether someone in these groups is let in.</summary>
    public bool LetsIn(IEnumerable<string> groups) => groups.Any(_groups.Contains) == Allows;
}
