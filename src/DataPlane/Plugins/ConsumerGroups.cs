using Gateway.Entities;
using Gateway.PluginSdk;

namespace Gateway.DataPlane.Plugins;

/// <summary>Tells the groups of a consumer.</summary>
/// <param name="members">Who is a member of what; null on a node that keeps none, where nobody is in a group.</param>
/// <param name="groups">The groups.</param>
internal sealed class ConsumerGroups(ILookup<ConsumerGroupMember>? members, ILookup<ConsumerGroup>? groups)
{
    /// <summary>The ids of the groups of a consumer, in the order of their names: of two that are bound alike, the plugin of the first runs.</summary>
    /// <param name="consumer">The consumer's id.</param>
    public Guid[] Of(Guid consumer)
    {
        var ids = members?.ByForeign("consumer", consumer) ?? [];
        return ids.Count switch
        {
            0 => [],
            1 => [ids[0].ConsumerGroup.Value],
            _ => [.. ids.Select(m => groups!.ById(m.ConsumerGroup.Value)).OfType<ConsumerGroup>().OrderBy(g => g.Name, StringComparer.Ordinal).Select(g => g.Id.Value)],
        };
    }
}
