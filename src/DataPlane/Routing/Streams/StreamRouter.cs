using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gateway.DataPlane.Routing.Streams;

/// <summary>
/// Finds the route of a stream: by the local port, then by what else the routes ask, in the order of their ranks.
/// Immutable; <see cref="Change"/> makes the next one out of it.
/// </summary>
internal sealed class StreamRouter
{
    private readonly RouterOptions _options;
    private readonly ImmutableDictionary<Guid, StreamEntry> _routes;
    private readonly FrozenDictionary<int, StreamEntry[]> _byPort;
    private readonly StreamEntry[] _others;

    private StreamRouter(RouterOptions options, ImmutableDictionary<Guid, StreamEntry> routes)
    {
        (_options, _routes) = (options, routes);
        var ordered = routes.Values.OrderBy(e => e.Rank).ToList();
        _others = [.. ordered.Where(e => e.Ports is null)];
        _byPort = ordered.SelectMany(e => e.Ports ?? []).Distinct()
            .ToFrozenDictionary(port => port, port => ordered.Where(e => e.Ports?.Contains(port) is not false).ToArray());
    }

    /// <summary>How many routes there are.</summary>
    public int Count => _routes.Count;

    /// <summary>A router without routes.</summary>
    /// <param name="options">The settings of the router.</param>
    public static StreamRouter Empty(RouterOptions options) => new(options, ImmutableDictionary<Guid, StreamEntry>.Empty);

    /// <summary>The route of a stream; null when there is none.</summary>
    /// <param name="stream">What is known of the stream.</param>
    public RoutePlan? Find(in RouterRequest stream)
    {
        foreach (var entry in _byPort.GetValueOrDefault(stream.Port, _others))
        {
            if (entry.Matches(stream))
            {
                return entry.Plan;
            }
        }

        return null;
    }

    /// <summary>Begins the next router.</summary>
    public Changes Change() => new(this);

    /// <summary>Changes of a router that come into being together.</summary>
    /// <param name="former">The router as it is.</param>
    internal sealed class Changes(StreamRouter former)
    {
        private readonly ImmutableDictionary<Guid, StreamEntry>.Builder _routes = former._routes.ToBuilder();
        private bool _any;

        /// <summary>Adds a route, or puts it in the place of the one with its id.</summary>
        /// <param name="plan">The route's plan.</param>
        /// <returns>The field that is wrong and why, or null.</returns>
        public (string Field, string Message)? Set(RoutePlan plan)
        {
            if (StreamEntry.Compile(plan, former._options, out var entry) is { } error)
            {
                return error;
            }

            _routes[plan.Route.Id.Value] = entry!;
            _any = true;
            return null;
        }

        /// <summary>Takes a route out.</summary>
        /// <param name="id">The route's id.</param>
        public void Remove(Guid id) => _any |= _routes.Remove(id);

        /// <summary>Makes the router.</summary>
        public StreamRouter Build() => _any ? new StreamRouter(former._options, _routes.ToImmutable()) : former;
    }
}
