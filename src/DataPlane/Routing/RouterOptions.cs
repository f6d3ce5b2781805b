namespace Gateway.DataPlane.Routing;

/// <summary>How a router reads routes and requests (<c>router_flavor</c>).</summary>
public enum RouterFlavor
{
    /// <summary>Routes are written as fields, and matched as expressions would be.</summary>
    TraditionalCompatible,

    /// <summary>Routes are written as fields, and matched by the rules of Kong's first router.</summary>
    Traditional,

    /// <summary>Routes are written as expressions, or as fields.</summary>
    Expressions,
}

/// <summary>The settings of a router.</summary>
/// <param name="Flavor">How it reads routes and requests.</param>
/// <param name="OriginalOrder">Whether routes are tried in the order of Kong's faulty calculation (<c>route_match_calculation = original</c>) instead of the intended one.</param>
public sealed record RouterOptions(RouterFlavor Flavor = RouterFlavor.TraditionalCompatible, bool OriginalOrder = false);
