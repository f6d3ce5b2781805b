using Gateway.Entities;

namespace Gateway.DataPlane.Plugins;

/// <summary>Makes the plugin plans of a configuration; routes to which the same plugins apply share one.</summary>
/// <param name="scopes">The plugins in the order of their execution.</param>
/// <param name="plugins">The plugin entities, which tell what something is bound to.</param>
/// <param name="groups">Tells the groups of consumers.</param>
internal sealed class PluginPlans(ScopedSteps[] scopes, IEnumerable<Plugin> plugins, ConsumerGroups groups)
{
    private readonly HashSet<Guid> _bound = [.. plugins.SelectMany(p => new[] { p.Route?.Value, p.Service?.Value }).OfType<Guid>()];
    private readonly Dictionary<(Guid Route, Guid Service), PluginPlan> _plans = [];

    /// <summary>The plans by the route and the service to which something is bound; empty ids where nothing is.</summary>
    public IReadOnlyDictionary<(Guid Route, Guid Service), PluginPlan> All => _plans;

    /// <summary>The plan of a route and its service.</summary>
    /// <param name="route">The route.</param>
    /// <param name="service">The service, or null.</param>
    public PluginPlan Of(Route route, Service? service)
    {
        // A route or service to which nothing is bound is like any other such.
        var key = (Bound(route.Id.Value), Bound(service?.Id.Value ?? default));
        if (!_plans.TryGetValue(key, out var plan))
        {
            _plans[key] = plan = new PluginPlan(scopes, key.Item1, key.Item2, groups);
        }

        return plan;
    }

    private Guid Bound(Guid id) => _bound.Contains(id) ? id : default;
}
