namespace Gateway.DataPlane.Routing;

/// <summary>The place of a way into a route in the order of trial. It depends on the route alone, so that a change of one route moves no other.</summary>
/// <param name="Priority">The greater goes first.</param>
/// <param name="Tie">Decides between equal priorities: the greater goes first.</param>
/// <param name="Index">The place among the paths of one route: the smaller goes first.</param>
internal readonly record struct RouteRank(ulong Priority, RouteTie Tie, int Index) : IComparable<RouteRank>
{
    /// <inheritdoc/>
    public int CompareTo(RouteRank other) =>
        Priority != other.Priority ? other.Priority.CompareTo(Priority)
        : Tie.High != other.Tie.High ? other.Tie.High.CompareTo(Tie.High)
        : Tie.Low != other.Tie.Low ? other.Tie.Low.CompareTo(Tie.Low)
        : Index.CompareTo(other.Index);
}

/// <summary>What decides between equal priorities: 128 bits, as ids have.</summary>
/// <param name="High">The upper half.</param>
/// <param name="Low">The lower half.</param>
internal readonly record struct RouteTie(ulong High, ulong Low);
