namespace Gateway.DataPlane.Plugins;

/// <summary>All instances of one plugin by what they are bound to; it answers which of them runs, the most specific first.</summary>
internal sealed class ScopedSteps
{
    private readonly Dictionary<(Guid Route, Guid Service, Guid Consumer), Step> _steps = [];

    /// <summary>Whether an instance is bound to a consumer, so that the choice must wait until the consumer is known.</summary>
    public bool HasConsumers { get; private set; }

    /// <summary>Adds an instance; of two with the same scope the first one stays.</summary>
    /// <param name="step">The instance.</param>
    public void Add(Step step)
    {
        var instance = step.Instance;
        HasConsumers |= instance.ConsumerId is not null;
        _steps.TryAdd((instance.RouteId ?? default, instance.ServiceId ?? default, instance.ConsumerId ?? default), step);
    }

    /// <summary>The instance for a route and service when there is no consumer.</summary>
    /// <param name="route">The route's id, or the empty one.</param>
    /// <param name="service">The service's id, or the empty one.</param>
    public Step? Choose(Guid route, Guid service) => Pair(route, service) ?? Find(route, default, default) ?? Find(default, service, default) ?? Find(default, default, default);

    /// <summary>The instance for a route, a service and a consumer.</summary>
    /// <param name="route">The route's id, or the empty one.</param>
    /// <param name="service">The service's id, or the empty one.</param>
    /// <param name="consumer">The consumer's id.</param>
    public Step? Choose(Guid route, Guid service, Guid consumer) =>
        Find(route, service, consumer) ?? Find(route, default, consumer) ?? Find(default, service, consumer) ?? Pair(route, service)
        ?? Find(default, default, consumer) ?? Choose(route, service);

    private Step? Pair(Guid route, Guid service) => service == default ? null : Find(route, service, default);

    private Step? Find(Guid route, Guid service, Guid consumer) => _steps.GetValueOrDefault((route, service, consumer));
}
