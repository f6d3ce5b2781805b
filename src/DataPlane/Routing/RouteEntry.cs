using Gateway.DataPlane.Routing.Expressions;
using Gateway.DataPlane.Upstreams;

namespace Gateway.DataPlane.Routing;

/// <summary>One way into a route: one of its paths, or its expression.</summary>
/// <remarks>The fields are the subclasses' own, so that those that every request looks at lie together, before the rank.</remarks>
internal abstract class RouteEntry : RouteEntries
{
    /// <inheritdoc/>
    public override RouteEntry[] All => [this];

    /// <summary>The place in the order of trial.</summary>
    public abstract RouteRank Rank { get; }

    /// <summary>Tries a request whose host and path fit as far as the entry's place says.</summary>
    /// <param name="request">The request.</param>
    /// <param name="match">The match.</param>
    public abstract bool TryMatch(in RouterRequest request, out RouteMatch match);

    /// <inheritdoc/>
    public override void Find(in RouterRequest request, ref RouteEntry? best, ref RouteMatch match)
    {
        if ((best is null || Rank.CompareTo(best.Rank) < 0) && TryMatch(request, out var found))
        {
            (best, match) = (this, found);
        }
    }
}

/// <summary>A way into a route that is written as fields.</summary>
/// <param name="plan">The route's plan.</param>
/// <param name="rank">The place in the order of trial.</param>
/// <param name="conditions">What the request must have beside path and host; null for nothing.</param>
/// <param name="pattern">The expression that the path must match, or null.</param>
/// <param name="matchedLength">How much of the path a prefix matches; -1 for a route without paths.</param>
/// <param name="port">The port that the request must name, or -1.</param>
internal sealed class FieldEntry(RoutePlan plan, RouteRank rank, RouteConditions? conditions, RoutePattern? pattern, int matchedLength, int port) : RouteEntry
{
    // Of the plan, to have them fetched together with it.
    private readonly ServicePlan? _service = plan.Service;
    private readonly Balancer? _balancer = plan.Service?.Balancer;

    /// <inheritdoc/>
    public override RouteRank Rank => rank;

    /// <inheritdoc/>
    public override bool TryMatch(in RouterRequest request, out RouteMatch match)
    {
        match = default;
        if ((port >= 0 && port != request.Port) || conditions?.Hold(request) is false)
        {
            return false;
        }

        var length = pattern?.Match(request.Path) ?? matchedLength;
        if (pattern is not null && length < 0)
        {
            return false;
        }

        ProcessorCache.Fetch(plan);
        ProcessorCache.Fetch(_service);
        ProcessorCache.Fetch(_balancer);
        match = new RouteMatch(plan, pattern?.Regex, length);
        return true;
    }
}

/// <summary>The way into a route that is written as an expression.</summary>
/// <param name="plan">The route's plan.</param>
/// <param name="rank">The place in the order of trial.</param>
/// <param name="protocols">The protocols that the route takes; null for all.</param>
/// <param name="condition">The expression, compiled.</param>
internal sealed class ExpressionEntry(RoutePlan plan, RouteRank rank, ProtocolRule? protocols, ExpressionCondition condition) : RouteEntry
{
    /// <inheritdoc/>
    public override RouteRank Rank => rank;

    /// <inheritdoc/>
    public override bool TryMatch(in RouterRequest request, out RouteMatch match)
    {
        var found = ExpressionFinding.None;
        var holds = protocols?.Allows(request.Protocol) is not false && condition.Holds(request, ref found);
        match = new RouteMatch(plan, found.Pattern, found.MatchedLength, found.Text);
        return holds;
    }
}
