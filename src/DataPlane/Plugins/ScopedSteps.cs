namespace Gateway.DataPlane.Plugins;

/// <summary>All instances of one plugin by what they are bound to; it answers which of them runs, the most specific first.</summary>
/// <param name="name">The plugin's name.</param>
internal sealed class ScopedSteps(string name)
{
    // A consumer and a group never have the same id, so one field stands for either.
    private Dictionary<(Guid Route, Guid Service, Guid Who), Step> _steps = [];

    // Those of requests and those of streams do not stand in each other's way, even where one instance is both.
    private Dictionary<(Guid Route, Guid Service), Step> _streams = [];

    /// <summary>The plugin's name.</summary>
    public string Name => name;

    /// <summary>Whether an instance is bound to a consumer or a group, so that the choice must wait until the consumer is known.</summary>
    public bool HasConsumers { get; private set; }

    /// <summary>Whether an instance is bound to a group of consumers.</summary>
    public bool HasGroups { get; private set; }

    /// <summary>Adds an instance; of two with the same scope the first one stays.</summary>
    /// <param name="step">The instance.</param>
    public void Add(Step step)
    {
        var instance = step.Instance;
        if (step.IsForStreams && instance is { ConsumerId: null, ConsumerGroupId: null })
        {
            // Streams have no consumer.
            _streams.TryAdd((instance.RouteId ?? default, instance.ServiceId ?? default), step);
        }

        if (!step.IsForRequests)
        {
            return;
        }

        HasGroups |= instance.ConsumerId is null && instance.ConsumerGroupId is not null;
        HasConsumers |= instance.ConsumerId is not null || HasGroups;
        _steps.TryAdd(ScopeOf(step), step);
    }

    /// <summary>The instances after changes of those that are bound to no consumer and no group.</summary>
    /// <param name="gone">The instances that are no more.</param>
    /// <param name="come">The instances that are new.</param>
    public ScopedSteps With(IEnumerable<Step> gone, IEnumerable<Step> come)
    {
        var next = new ScopedSteps(name) { _steps = new(_steps), _streams = new(_streams), HasConsumers = HasConsumers, HasGroups = HasGroups };
        foreach (var step in gone)
        {
            var scope = ScopeOf(step);
            if (next._steps.GetValueOrDefault(scope) == step)
            {
                next._steps.Remove(scope);
            }

            if (next._streams.GetValueOrDefault((scope.Route, scope.Service)) == step)
            {
                next._streams.Remove((scope.Route, scope.Service));
            }
        }

        foreach (var step in come)
        {
            next.Add(step);
        }

        return next;
    }

    /// <summary>The instance for a route and service when there is no consumer.</summary>
    /// <param name="route">The route's id, or the empty one.</param>
    /// <param name="service">The service's id, or the empty one.</param>
    public Step? Choose(Guid route, Guid service) => Pair(route, service) ?? Find(route, default, default) ?? Find(default, service, default) ?? Find(default, default, default);

    /// <summary>The instance for a route, a service and a consumer.</summary>
    /// <param name="route">The route's id, or the empty one.</param>
    /// <param name="service">The service's id, or the empty one.</param>
    /// <param name="consumer">The consumer's id.</param>
    /// <param name="groups">The ids of the consumer's groups; the first that fits counts.</param>
    public Step? Choose(Guid route, Guid service, Guid consumer, ReadOnlySpan<Guid> groups) =>
        Find(route, service, consumer) ?? First(route, service, groups)
        ?? Find(route, default, consumer) ?? Find(default, service, consumer) ?? First(route, default, groups) ?? First(default, service, groups)
        ?? Pair(route, service) ?? Find(default, default, consumer) ?? First(default, default, groups) ?? Choose(route, service);

    /// <summary>The instance for the streams of a route and service.</summary>
    /// <param name="route">The route's id, or the empty one.</param>
    /// <param name="service">The service's id, or the empty one.</param>
    public Step? ChooseForStreams(Guid route, Guid service) =>
        _streams.GetValueOrDefault((route, service)) ?? _streams.GetValueOrDefault((route, default)) ?? _streams.GetValueOrDefault((default, service)) ?? _streams.GetValueOrDefault((default, default));

    private static (Guid Route, Guid Service, Guid Who) ScopeOf(Step step) =>
        (step.Instance.RouteId ?? default, step.Instance.ServiceId ?? default, step.Instance.ConsumerId ?? step.Instance.ConsumerGroupId ?? default);

    private Step? Pair(Guid route, Guid service) => service == default ? null : Find(route, service, default);

    private Step? First(Guid route, Guid service, ReadOnlySpan<Guid> groups)
    {
        foreach (var group in groups)
        {
            if (Find(route, service, group) is { } step)
            {
                return step;
            }
        }

        return null;
    }

    private Step? Find(Guid route, Guid service, Guid who) => _steps.GetValueOrDefault((route, service, who));
}
