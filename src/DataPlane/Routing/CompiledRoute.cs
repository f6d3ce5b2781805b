using Gateway.DataPlane.Routing.Expressions;
using Gateway.Entities;
using Gateway.Entities.Expressions;

namespace Gateway.DataPlane.Routing;

/// <summary>A route with its entries and their places in the index.</summary>
internal sealed class CompiledRoute
{
    private static readonly IReadOnlyList<string?> _any = new string?[] { null };
    private readonly RouteConditions? _conditions;
    private readonly RoutePattern?[] _patterns = [];

    private CompiledRoute(RoutePlan plan, CompiledRoute? former, RouterOptions options)
    {
        Plan = plan;
        var route = plan.Route;
        if (route.Expression is { } text)
        {
            Entries = OfExpression(plan, text);
            return;
        }

        // A plan whose service or plugins changed alone keeps what was compiled of the route.
        var same = ReferenceEquals(former?.Plan.Route, route);
        _conditions = same ? former!._conditions : RouteConditions.Of(route, options.Flavor);
        _patterns = same ? former!._patterns : [.. Paths(route).Select(p => p is ['~', ..] ? RoutePattern.Path(p[1..], options.Flavor is RouterFlavor.Traditional) : null)];
        Entries = [.. Fields(options)];
    }

    /// <summary>The route's plan.</summary>
    public RoutePlan Plan { get; }

    /// <summary>The entries and where they stand.</summary>
    public (RoutePlace Place, RouteEntry Entry)[] Entries { get; }

    /// <summary>Compiles a route.</summary>
    /// <param name="plan">The route's plan.</param>
    /// <param name="former">The same route as it was before, or null.</param>
    /// <param name="options">The settings of the router.</param>
    /// <param name="compiled">The route, when nothing is wrong with it.</param>
    /// <returns>The field that is wrong and why, or null.</returns>
    public static (string Field, string Message)? Compile(RoutePlan plan, CompiledRoute? former, RouterOptions options, out CompiledRoute? compiled)
    {
        compiled = null;
        try
        {
            compiled = new CompiledRoute(plan, former, options);
            return null;
        }
        catch (FormatException exception)
        {
            return ("expression", exception.Message);
        }
        catch (ArgumentException exception)
        {
            return (plan.Route.Paths?.Any(p => p is ['~', ..]) is true ? "paths" : "headers", exception.Message);
        }
    }

    private IEnumerable<(RoutePlace, RouteEntry)> Fields(RouterOptions options)
    {
        var route = Plan.Route;
        var paths = Paths(route);
        var hosts = (route.Hosts is { Count: > 0 } named ? named : _any).Select(h => h is null ? (Name: null, Port: -1) : ((string? Name, int Port))RouteHost.Split(h, options.Flavor)).ToLookup(h => h.Port, h => h.Name);
        for (var i = 0; i < paths.Count; i++)
        {
            var prefix = _patterns[i]?.Prefix ?? paths[i] ?? string.Empty;
            foreach (var port in hosts)
            {
                var rank = RoutePriority.Of(route, i, port.Key >= 0, options);
                var entry = new FieldEntry(Plan, rank, _conditions, _patterns[i], paths[i]?.Length ?? -1, port.Key);
                foreach (var host in port.Distinct())
                {
                    yield return (new RoutePlace(host, prefix), entry);
                }
            }
        }
    }

    private static (RoutePlace, RouteEntry)[] OfExpression(RoutePlan plan, string text)
    {
        if (!ExpressionParser.TryParse(text, stream: false, out var node, out var error))
        {
            throw new FormatException(error);
        }

        var entry = new ExpressionEntry(plan, RoutePriority.OfExpression(plan.Route), ProtocolRule.Of(plan.Route), ExpressionCondition.Compile(node!));
        return [.. ExpressionPlaces.Of(node!).Select(p => (p, (RouteEntry)entry))];
    }

    private static IReadOnlyList<string?> Paths(Route route) => route.Paths is { Count: > 0 } paths ? paths : _any;
}
