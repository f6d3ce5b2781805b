using Gateway.Entities;

namespace Gateway.PluginSdk;

/// <summary>Which instance of a plugin runs, and what it is bound to.</summary>
/// <param name="Id">The id of the plugin entity.</param>
/// <param name="RouteId">The route it is bound to, or null.</param>
/// <param name="ServiceId">The service it is bound to, or null.</param>
/// <param name="ConsumerId">The consumer it is bound to, or null.</param>
public sealed record PluginInstance(Guid Id, Guid? RouteId, Guid? ServiceId, Guid? ConsumerId)
{
    /// <summary>The group of consumers it is bound to, or null.</summary>
    public Guid? ConsumerGroupId { get; init; }

    /// <summary>Before or behind which other plugins it runs; null for where its priority puts it.</summary>
    public PluginOrdering? Ordering { get; init; }

    /// <summary>No instance.</summary>
    public static PluginInstance None { get; } = new(Guid.Empty, null, null, null);
}
