using System.Collections.Immutable;

namespace Gateway.DataPlane.Routing;

/// <summary>
/// Finds the route of a request: by host, then by path, then by what else the routes ask, in the order of their ranks.
/// Immutable; <see cref="Change"/> makes the next one out of it at the cost of what changes.
/// </summary>
internal sealed class Router
{
    private readonly ImmutableDictionary<Guid, CompiledRoute> _routes;
    private readonly HostIndex _index;

    private Router(RouterOptions options, ImmutableDictionary<Guid, CompiledRoute> routes, HostIndex index)
    {
        Options = options;
        _routes = routes;
        _index = index;
    }

    /// <summary>The settings of the router.</summary>
    public RouterOptions Options { get; }

    /// <summary>How many routes there are.</summary>
    public int Count => _routes.Count;

    /// <summary>The plans of all routes, in no order.</summary>
    public IEnumerable<RoutePlan> Plans => _routes.Values.Select(r => r.Plan);

    /// <summary>A router without routes.</summary>
    /// <param name="options">The settings of the router.</param>
    public static Router Empty(RouterOptions options) => new(options, ImmutableDictionary<Guid, CompiledRoute>.Empty, new HostIndex());

    /// <summary>The plan of a route; null where there is none.</summary>
    /// <param name="id">The route's id.</param>
    public RoutePlan? Find(Guid id) => _routes.GetValueOrDefault(id)?.Plan;

    /// <summary>Finds the route of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="match">The match.</param>
    /// <remarks>The first router takes a cleartext request to a route that names servers only where no other takes it.</remarks>
    public bool TryMatch(in RouterRequest request, out RouteMatch match) =>
        (Options.Flavor is RouterFlavor.Traditional && !request.Tls && _index.TryFind(request with { PassesOverSnis = true }, out match)) || _index.TryFind(request, out match);

    /// <summary>Begins the next router, which shares with this one what does not change.</summary>
    public Changes Change() => new(this);

    /// <summary>Changes of a router that come into being together.</summary>
    internal sealed class Changes
    {
        private readonly Router _former;
        private readonly ImmutableDictionary<Guid, CompiledRoute>.Builder _routes;
        private readonly Dictionary<RoutePlace, Shift> _shifts = [];

        /// <summary>Begins.</summary>
        /// <param name="former">The router as it is.</param>
        public Changes(Router former)
        {
            _former = former;
            _routes = former._routes.ToBuilder();
        }

        /// <summary>Adds a route, or puts it in the place of the one with its id.</summary>
        /// <param name="plan">The route's plan.</param>
        /// <returns>The field that is wrong and why, or null.</returns>
        public (string Field, string Message)? Set(RoutePlan plan)
        {
            var id = plan.Route.Id.Value;
            var former = _routes.GetValueOrDefault(id);
            if (CompiledRoute.Compile(plan, former, _former.Options, out var compiled) is { } error)
            {
                return error;
            }

            Remove(id);
            _routes[id] = compiled!;
            foreach (var (place, entry) in compiled!.Entries)
            {
                At(place).Added.Add(entry);
            }

            return null;
        }

        /// <summary>Takes a route out.</summary>
        /// <param name="id">The route's id.</param>
        public void Remove(Guid id)
        {
            if (!_routes.Remove(id, out var former))
            {
                return;
            }

            foreach (var (place, entry) in former.Entries)
            {
                var shift = At(place);
                if (shift.Added.Count is 0 || !shift.Added.Remove(entry))
                {
                    (shift.Removed ??= []).Add(entry);
                }
            }
        }

        /// <summary>Makes the router.</summary>
        public Router Build()
        {
            var owner = new RadixOwner();
            var index = _former._index;
            foreach (var (place, shift) in _shifts)
            {
                var entries = new List<RouteEntry>(index.At(place));
                if (shift.Removed is { } removed)
                {
                    entries.RemoveAll(removed.Contains);
                }

                entries.AddRange(shift.Added);
                entries.Sort(static (a, b) => a.Rank.CompareTo(b.Rank));
                index = index.With(place, [.. entries], owner);
            }

            _shifts.Clear();
            return new Router(_former.Options, _routes.ToImmutable(), index);
        }

        private Shift At(RoutePlace place)
        {
            if (!_shifts.TryGetValue(place, out var shift))
            {
                _shifts[place] = shift = new Shift();
            }

            return shift;
        }

        private sealed class Shift
        {
            public List<RouteEntry> Added { get; } = [];

            public HashSet<RouteEntry>? Removed { get; set; }
        }
    }
}
