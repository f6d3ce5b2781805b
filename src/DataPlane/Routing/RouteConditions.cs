using Gateway.Entities;

namespace Gateway.DataPlane.Routing;

/// <summary>What a route that is written as fields asks of a request beside path and host.</summary>
internal sealed class RouteConditions
{
    private readonly string[]? _methods;
    private readonly HeaderRule[]? _headers;
    private readonly string[]? _snis;
    private readonly EndpointRule? _sources;
    private readonly EndpointRule? _destinations;
    private readonly ProtocolRule? _protocols;
    private readonly bool _wildcardSnis;

    private RouteConditions(Route route, RouterFlavor flavor)
    {
        _methods = route.Methods is { Count: > 0 } methods ? [.. methods.Select(m => m.ToUpperInvariant())] : null;
        _headers = route.Headers is { Count: > 0 } headers ? [.. headers.Select(h => new HeaderRule(h.Key, h.Value, flavor))] : null;
        _snis = route.Snis is { Count: > 0 } snis ? [.. snis.Select(s => s.TrimEnd('.'))] : null;
        _wildcardSnis = flavor is not RouterFlavor.Traditional;
        if (flavor is RouterFlavor.Expressions)
        {
            _sources = EndpointRule.Of(route.Sources);
            _destinations = EndpointRule.Of(route.Destinations);
            _protocols = ProtocolRule.Of(route);
        }
    }

    /// <summary>Compiles them.</summary>
    /// <param name="route">The route.</param>
    /// <param name="flavor">The router's flavour.</param>
    /// <returns>The conditions; null where the route has none.</returns>
    /// <exception cref="ArgumentException">An expression cannot be read.</exception>
    public static RouteConditions? Of(Route route, RouterFlavor flavor)
    {
        var conditions = new RouteConditions(route, flavor);
        return conditions is { _methods: null, _headers: null, _snis: null, _sources: null, _destinations: null, _protocols: null } ? null : conditions;
    }

    /// <summary>Whether a request fulfils them.</summary>
    /// <param name="request">The request.</param>
    public bool Hold(in RouterRequest request)
    {
        if ((_methods is not null && Array.IndexOf(_methods, request.Method) < 0)
            || (_snis is not null && request.PassesOverSnis)
            || (_snis is not null && request.Tls && !ServerNames.Match(_snis, request.Sni, _wildcardSnis))
            || _protocols?.Allows(request.Protocol) is false
            || _sources?.Matches(request.Source, request.SourcePort) is false
            || _destinations?.Matches(request.Destination, request.Port) is false)
        {
            return false;
        }

        foreach (var header in _headers ?? [])
        {
            if (!header.Matches(request))
            {
                return false;
            }
        }

        return true;
    }
}
