using Gateway.DataPlane.Routing.Expressions;
using Gateway.Entities;
using Gateway.Entities.Expressions;

namespace Gateway.DataPlane.Routing.Streams;

/// <summary>A route for streams, compiled.</summary>
internal sealed class StreamEntry
{
    private readonly bool _takesDatagrams;
    private readonly bool _takesConnections;
    private readonly bool _takesCleartext;
    private readonly bool _isTraditional;
    private readonly string[]? _snis;
    private readonly EndpointRule? _sources;
    private readonly EndpointRule? _destinations;
    private readonly ProtocolRule? _protocols;
    private readonly ExpressionCondition? _expression;

    private StreamEntry(RoutePlan plan, RouterOptions options)
    {
        Plan = plan;
        var route = plan.Route;
        _takesDatagrams = route.Protocols.Contains(Protocol.Udp);
        _takesConnections = route.Protocols.Any(p => p is not Protocol.Udp);
        _takesCleartext = route.Protocols.Contains(Protocol.Tcp);
        _isTraditional = options.Flavor is RouterFlavor.Traditional;
        _protocols = options.Flavor is RouterFlavor.Expressions ? ProtocolRule.Of(route) : null;
        if (route.Expression is { } text)
        {
            Rank = RoutePriority.OfExpression(route);
            _expression = ExpressionParser.TryParse(text, stream: true, out var node, out var error) ? ExpressionCondition.Compile(node!) : throw new FormatException(error);
            return;
        }

        Rank = RoutePriority.OfStream(route, options);
        _snis = route.Snis is { Count: > 0 } snis ? [.. snis.Select(s => s.TrimEnd('.'))] : null;
        _sources = EndpointRule.Of(route.Sources);
        _destinations = EndpointRule.Of(route.Destinations);
    }

    /// <summary>The route's plan.</summary>
    public RoutePlan Plan { get; }

    /// <summary>The place in the order of trial.</summary>
    public RouteRank Rank { get; }

    /// <summary>The local ports without which it matches nothing; null for any.</summary>
    public int[]? Ports => _destinations?.Ports;

    /// <summary>Compiles a route.</summary>
    /// <param name="plan">The route's plan.</param>
    /// <param name="options">The settings of the router.</param>
    /// <param name="entry">The entry, when nothing is wrong with the route.</param>
    /// <returns>The field that is wrong and why, or null.</returns>
    public static (string Field, string Message)? Compile(RoutePlan plan, RouterOptions options, out StreamEntry? entry)
    {
        entry = null;
        try
        {
            entry = new StreamEntry(plan, options);
            return null;
        }
        catch (FormatException exception)
        {
            return (plan.Route.Expression is null ? "sources" : "expression", exception.Message);
        }
        catch (ArgumentException exception)
        {
            return (plan.Route.Expression is null ? "sources" : "expression", exception.Message);
        }
    }

    /// <summary>Whether the route takes a stream.</summary>
    /// <param name="stream">What is known of the stream.</param>
    public bool Matches(in RouterRequest stream)
    {
        if (!(stream.Protocol is "udp" ? _takesDatagrams : _takesConnections) || _protocols?.Allows(stream.Protocol) is false || (stream.IsCleartext && !_takesCleartext))
        {
            return false;
        }

        if (_expression is not null)
        {
            var nothing = ExpressionFinding.None;
            return _expression.Holds(stream, ref nothing);
        }

        // Only the first router asks those for a server name that send none.
        return (_snis is null || (!_isTraditional && !stream.Tls) || ServerNames.Match(_snis, stream.Sni, wildcards: !_isTraditional))
            && _sources?.Matches(stream.Source, stream.SourcePort) is not false
            && _destinations?.Matches(stream.Destination, stream.Port) is not false;
    }
}
