namespace Gateway.DataPlane.Routing;

/// <summary>Where in the index an entry stands: the request's host and path must fit for it to be tried.</summary>
/// <param name="Host">The host without its port, with one <c>*</c> at most at one end; null for any.</param>
/// <param name="Prefix">What the path must begin with.</param>
internal readonly record struct RoutePlace(string? Host, string Prefix);
