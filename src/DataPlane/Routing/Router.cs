using System.Text.RegularExpressions;

namespace Gateway.DataPlane.Routing;

/// <summary>Finds the route of a request: by host, then by path, then by what else the routes ask, in the order of their priorities.</summary>
internal sealed class Router
{
    private readonly HostIndex _hosts;

    private Router(HostIndex hosts) => _hosts = hosts;

    /// <summary>Finds the route of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="match">The match.</param>
    public bool TryMatch(in RouterRequest request, out RouteMatch match) => _hosts.TryFind(request, out match);

    /// <summary>Collects routes and makes a router of them.</summary>
    /// <param name="regexes">The expressions compiled so far, which live longer than one router.</param>
    internal sealed class Builder(RegexCache regexes)
    {
        private readonly List<Draft> _drafts = [];

        /// <summary>Adds a route.</summary>
        /// <param name="plan">The route's plan.</param>
        /// <returns>The field that is wrong and why, or null.</returns>
        public (string Field, string Message)? Add(RoutePlan plan)
        {
            var route = plan.Route;
            RouteRule rule;
            try
            {
                rule = new RouteRule(plan, regexes.Header);
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                return ("headers", exception.Message);
            }

            try
            {
                foreach (var path in route.Paths is { Count: > 0 } paths ? paths : (IReadOnlyList<string?>)[null])
                {
                    var regex = path?.StartsWith('~') is true;
                    var pattern = regex ? regexes.Path(path![1..]) : null;
                    var prefix = regex ? RouteRegex.LiteralPrefix(path![1..]) : path ?? string.Empty;
                    _drafts.Add(new Draft(rule, RoutePriority.Of(route, path), _drafts.Count, prefix, pattern, path is null ? -1 : path.Length));
                }
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                return ("paths", exception.Message);
            }

            return null;
        }

        /// <summary>Makes the router.</summary>
        public Router Build()
        {
            // Equal priorities: the greater id first, as Kong's traditional_compatible router orders them.
            _drafts.Sort(static (a, b) => b.Priority != a.Priority ? b.Priority.CompareTo(a.Priority)
                : b.Rule.Plan.Route.Id.Value != a.Rule.Plan.Route.Id.Value ? b.Rule.Plan.Route.Id.Value.CompareTo(a.Rule.Plan.Route.Id.Value)
                : a.Index.CompareTo(b.Index));
            var hosts = new HostIndex();
            for (var rank = 0; rank < _drafts.Count; rank++)
            {
                var draft = _drafts[rank];
                foreach (var host in draft.Rule.Plan.Route.Hosts is { Count: > 0 } named ? named : (IReadOnlyList<string?>)[null])
                {
                    var (name, port) = SplitPort(host);
                    hosts.Tree(name).Add(new RouteEntry(draft.Rule, rank, draft.Prefix, draft.Pattern, draft.Length, port));
                }
            }

            hosts.Freeze();
            return new Router(hosts);
        }

        private static (string? Name, int Port) SplitPort(string? host)
        {
            var colon = host?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            return colon >= 0 && int.TryParse(host.AsSpan(colon + 1), out var port) ? (host![..colon], port) : (host, -1);
        }

        private sealed record Draft(RouteRule Rule, ulong Priority, int Index, string Prefix, Regex? Pattern, int Length);
    }
}

/// <summary>Compiled regular expressions by their text: a swap compiles only the new ones.</summary>
internal sealed class RegexCache
{
    private readonly Dictionary<(bool Header, string Pattern), Regex> _before;
    private readonly Dictionary<(bool Header, string Pattern), Regex> _now = [];

    /// <summary>Begins with the expressions of the former configuration; those that are not asked for again are let go.</summary>
    /// <param name="former">The former cache, or null.</param>
    public RegexCache(RegexCache? former) => _before = former?._now ?? [];

    /// <summary>A path's expression.</summary>
    /// <param name="pattern">Its text without the <c>~</c>.</param>
    public Regex Path(string pattern) => Get((false, pattern));

    /// <summary>A header value's expression.</summary>
    /// <param name="pattern">Its text without the <c>~*</c>.</param>
    public Regex Header(string pattern) => Get((true, pattern));

    private Regex Get((bool Header, string Pattern) key)
    {
        if (!_now.TryGetValue(key, out var regex))
        {
            regex = _before.TryGetValue(key, out var known) ? known : key.Header ? RouteRegex.Header(key.Pattern) : RouteRegex.Path(key.Pattern);
            _now[key] = regex;
        }

        return regex;
    }
}
